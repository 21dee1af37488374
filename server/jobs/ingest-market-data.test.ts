import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { hourMs, tickMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { sendJson, startServer, toMarketRow } from '../../test/market-server.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import { createCoingecko } from '../sources/coingecko.ts'
import { getCoin } from '../warehouse/coins.ts'
import { findRun } from '../warehouse/pipeline.ts'
import type { Attempt } from './attempt.ts'

const start = Date.parse('2026-11-24T12:00:30Z')

type Row = Record<string, unknown>

/** A warehouse, and a source of `count` coins whose rows and pages the test changes. */
async function open(t: TestContext, count = 10, trackedCoins = count) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const state = {
    now: start,
    rows: Array.from({ length: count }, (_, index) => toMarketRow(`coin-${index}`, { market_cap_rank: index + 1 })),
    toPage: (rows: Row[], _page: number): unknown[] => rows,
    calls: 0,
  }
  const server = await startServer((query, response) => {
    if (query.has('page')) state.calls += 1
    const [size, page] = [Number(query.get('per_page')), Number(query.get('page'))]
    sendJson(response, state.toPage(state.rows.slice((page - 1) * size, page * size), page))
  })
  t.after(server.close)
  const clock = { ...systemClock, now: () => state.now }
  const market = createCoingecko({ clock, baseUrl: server.url, demoKey: null, proKey: null, callsPerMinute: 6000 })
  const ingest = async (wanted = trackedCoins, attempt: Partial<Attempt> = {}) => {
    state.calls = 0
    const options = toJobOptions(database, market, { clock, trackedCoins: wanted })
    const outcome = await runJob(options, 'ingest_market_data', attempt)
    state.now += tickMs
    return outcome
  }
  const listTracked = async () =>
    (await database.pool.query('select coingecko_id from dim_coin where is_tracked order by id')).rows.map(
      ({ coingecko_id }) => coingecko_id,
    )
  return { ...database, state, ingest, listTracked }
}

/** What the figures of a row are sent as, and the column that is null then, with its rule. */
const badFigures: [Row, string, string][] = [
  [{ circulating_supply: '98765.4' }, 'circulating_supply', 'circulating_supply_number'],
  [{ total_supply: 1.1e30 }, 'total_supply', 'total_supply_range'],
  [{ max_supply: -5 }, 'max_supply', 'max_supply_not_negative'],
  [{ market_cap_rank: 0 }, 'market_cap_rank', 'market_cap_rank_positive_integer'],
  [{ total_volume: -0.01 }, 'total_volume', 'volume_not_negative'],
  [{ market_cap: 1.7e308 }, 'market_cap', 'market_cap_range'],
  [{ fully_diluted_valuation: [1] }, 'fully_diluted_valuation', 'fully_diluted_valuation_number'],
  [{ high_24h: 1e13 }, 'high_24h', 'high_24h_range'],
  [{ low_24h: 'low' }, 'low_24h', 'low_24h_number'],
  [{ ath: 1.6e308 }, 'ath', 'ath_range'],
  [{ atl: 5e-324 }, 'atl', 'atl_range'],
  [{ ath_date: '' }, 'ath_date', 'ath_date_instant'],
  [{ atl_date: '-000001-01-01T00:00:00Z' }, 'atl_date', 'atl_date_instant'],
  [{ last_updated: '9999-12-31T23:59:59Z' }, 'last_updated', 'source_updated_at_range'],
  [{ price_change_percentage_24h: -100.5 }, 'price_change_24h_pct', 'price_change_24h_pct_range'],
  [{ price_change_percentage_7d_in_currency: 1e300 }, 'price_change_7d_pct', 'price_change_7d_pct_range'],
  [{ image: 'https://x/\u0000.png' }, 'image_url', 'image_url_text'],
]

test('an invalid figure is set to null and reported with its rule, and the price is written', async (t) => {
  const { db, pool, state, ingest } = await open(t, badFigures.length)
  state.rows = state.rows.map((row, index) => ({ ...row, current_price: 7 + index, ...badFigures[index]?.[0] }))
  const { id, status, read, written, rejected, error } = await ingest()
  assert.deepEqual([status, read, written, rejected], ['success', badFigures.length, badFigures.length, 0], error)
  for (const [index, [, column]] of badFigures.entries()) {
    const coin = await getCoin(db, `coin-${index}`)
    assert.deepEqual([coin?.price_usd, coin?.[column as keyof typeof coin]], [7 + index, null], column)
  }
  const details = (await findRun(db, id))?.details ?? {}
  assert.deepEqual(details.repaired, Object.fromEntries(badFigures.map(([, , rule]) => [rule, 1])))
  assert.deepEqual((details.repaired_coins as Record<string, unknown>).ath_range, ['coin-9'])
  await assertInvariants({ pool })
})

test('quarantines rows without a valid id, symbol, name or price and writes the others', async (t) => {
  const { pool, state, ingest } = await open(t, 12)
  const bad: [Row, string][] = [
    [{ id: 'coin\u0000zero' }, 'coingecko_id_text'],
    [{ id: 'x'.repeat(10_000) }, 'coingecko_id_length'],
    [{ symbol: '' }, 'symbol_present'],
    [{ symbol: '\u0000' }, 'symbol_present'],
    [{ name: { en: 'x' } }, 'name_text'],
    [{ current_price: 1.1e12 }, 'price_usd_range'],
    [{ current_price: 1e-19, extra: { deep: JSON.parse('['.repeat(1500) + ']'.repeat(1500)) } }, 'price_usd_range'],
    [{ current_price: '12', name: '\ud800\u0000' }, 'name_present'],
  ]
  state.rows = state.rows.map((row, index) => ({ ...row, ...bad[index]?.[0] }))
  const { status, read, written, rejected, error } = await ingest()
  assert.deepEqual([status, read, written, rejected], ['success', 12, 4, 8], error)
  const { rows } = await pool.query('select rule from quarantine_market_data order by id')
  assert.deepEqual(
    rows.map(({ rule }) => rule),
    bad.map(([, rule]) => rule),
  )
  await assertInvariants({ pool })
})

test('removes NUL and lone surrogates from a name and writes the row', async (t) => {
  const { db, state, ingest } = await open(t)
  state.rows[3] = { ...state.rows[3], name: 'No\u0000thing \ude00', symbol: 'no\u0000' }
  assert.equal((await ingest()).written, 10)
  const coin = await getCoin(db, 'coin-3')
  assert.deepEqual([coin?.name, coin?.symbol], ['Nothing', 'no'])
})

test('quarantines rows that the database rejects and commits the rest of the snapshot', async (t) => {
  const { pool, state, ingest } = await open(t)
  await ingest()
  await pool.query('alter table fact_market_data add check (price_usd <> 13)')
  await pool.query(`alter table dim_coin add check (name <> 'Unlucky')`)
  state.rows[2] = { ...state.rows[2], current_price: 13 }
  state.rows[5] = { ...state.rows[5], name: 'Unlucky' }
  state.rows[9] = toMarketRow('newcomer', { current_price: 13 })
  const { status, read, written, rejected, error } = await ingest()
  assert.deepEqual([status, read, written, rejected], ['success', 10, 7, 3], error)
  const { rows } = await pool.query('select coingecko_id, rule, payload from quarantine_market_data order by id')
  assert.deepEqual(
    rows.map(({ coingecko_id, rule }) => [coingecko_id, rule]),
    [
      ['coin-2', 'database_23514'],
      ['coin-5', 'database_23514'],
      ['newcomer', 'database_23514'],
    ],
  )
  assert.equal(rows[1].payload.name, 'Unlucky')
  const { rows: coins } = await pool.query(`select count(*) filter (where is_tracked)::int as tracked,
    count(*) filter (where coingecko_id = 'newcomer')::int as newcomers from dim_coin`)
  assert.deepEqual(coins, [{ tracked: 9, newcomers: 0 }])
  await assertInvariants({ pool })
})

test('quarantines a snapshot when more than half of the prices moved tenfold', async (t) => {
  const { state, ingest } = await open(t)
  await ingest()
  const before = state.rows
  const move = (count: number) =>
    before.map((row, index) => (index < count ? { ...row, current_price: Number(row.current_price) * 10.01 } : row))
  state.rows = move(6)
  assert.equal((await ingest()).status, 'failed')
  state.rows = move(5)
  assert.equal((await ingest()).status, 'success')
})

test('a move of exactly tenfold does not count', async (t) => {
  const { state, ingest } = await open(t)
  await ingest()
  state.rows = state.rows.map((row) => ({ ...row, current_price: Number(row.current_price) * 10 }))
  assert.equal((await ingest()).status, 'success')
})

test('a short first page retires no coin, and the next pages are fetched', async (t) => {
  const { db, state, ingest, listTracked } = await open(t, 420, 400)
  await ingest()
  assert.equal((await listTracked()).length, 400)
  state.toPage = (rows, page) => (page === 1 ? rows.slice(0, -1) : rows)
  const { id, written } = await ingest()
  assert.deepEqual([written, state.calls], [400, 2])
  assert.equal((await findRun(db, id))?.details.retired, 0)
  assert.equal((await listTracked()).length, 401, 'the one that is missing and the one that came for it')
  state.toPage = (rows) => rows
  await ingest()
  assert.deepEqual((await listTracked()).includes('coin-400'), false, 'a whole listing decides')
})

test('a coin missing because of gaps is retired only after an hour', async (t) => {
  const { state, ingest, listTracked } = await open(t, 420, 400)
  await ingest()
  state.toPage = (rows, page) => (page === 1 ? rows.slice(0, -1) : rows)
  for (let tick = 0; tick < 6; tick += 1) await ingest()
  assert.ok((await listTracked()).includes('coin-249'))
  await ingest()
  assert.ok(!(await listTracked()).includes('coin-249'))
})

test('a change of TRACKED_COINS takes effect within two snapshots', async (t) => {
  const { ingest, listTracked } = await open(t, 50)
  const sizes: number[] = []
  for (const wanted of [50, 20, 1, 50]) {
    assert.equal((await ingest(wanted)).status, 'success')
    sizes.push((await listTracked()).length)
  }
  assert.deepEqual(sizes, [50, 20, 1, 50])
})

test('a listing with less than half of the requested coins retires none', async (t) => {
  const { state, ingest, listTracked } = await open(t, 10)
  await ingest()
  const all = state.rows
  state.rows = all.slice(0, 4)
  await ingest()
  assert.equal((await listTracked()).length, 10)
  state.rows = all.slice(0, 5)
  await ingest()
  assert.equal((await listTracked()).length, 5)
})

test('quarantines history points that the database rejects and commits the rest', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  await database.pool.query('alter table fact_market_data add check (price_usd <> 13)')
  const hour = hourMs
  const now = Math.floor(Date.now() / hour) * hour
  const options = toJobOptions(
    database,
    {
      fetchSnapshots: async () => ({ source: 'test', snapshots: [toSnapshot('bitcoin')], rejected: [] }),
      fetchHistory: async (_id, { granularity }) => {
        const points = Array.from({ length: 20 }, (_, index) => ({
          at: now - (20 - index) * hour,
          price_usd: index % 7 === 5 ? 13 : 10,
          market_cap: null,
          volume: null,
        }))
        const wanted = granularity === 'hourly' ? points : []
        return { source: 'test', received: wanted.length, points: wanted, rejected: [] }
      },
    },
    { clock: { ...systemClock, now: () => now + 1000 } },
  )
  await runJob(options, 'ingest_market_data')
  const { status, read, written, rejected, error } = await runJob(options, 'backfill_history')
  assert.deepEqual([status, read, written, rejected], ['success', 20, 17, 3], error)
  const { rows } = await database.pool.query('select coingecko_id, rule, payload from quarantine_market_data')
  assert.deepEqual(
    rows.map(({ coingecko_id, rule, payload }) => [coingecko_id, rule, payload.point.price_usd]),
    Array(3).fill(['bitcoin', 'database_23514', 13]),
  )
})

test('a restart fetches the snapshot of a tick only when it is missing', async (t) => {
  const { state, ingest } = await open(t, 3)
  const startup = { trigger: 'startup' } as const
  assert.equal((await ingest(3, startup)).status, 'success')
  state.now -= tickMs
  const { status, idle } = await ingest(3, startup)
  assert.deepEqual([status, idle, state.calls], ['skipped', true, 0])
  for (const [wanted, attempt] of [
    [2, startup],
    [3, { trigger: 'manual' }],
  ] as const) {
    state.now -= tickMs
    assert.equal((await ingest(wanted, attempt)).status, 'success', 'another number of coins, or on request')
  }
  assert.equal((await ingest(3, startup)).status, 'success', 'the next tick')
})
