import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { openRun } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import type { Snapshot } from '../snapshot.ts'
import { getCoin, listCoins } from './coins.ts'
import { getMarketHistory } from './market-history.ts'
import { getMarketOverview } from './overview.ts'
import { publishSnapshot } from './snapshots.ts'

const first = new Date('2026-11-24T00:00:00Z')
const later = (minutes: number) => new Date(first.getTime() + minutes * minuteMs)
const all = { page: 1, per_page: 100, sort_by: 'market_cap_rank', sort_dir: 'asc' } as const

async function open(t: TestContext): Promise<TestDatabase> {
  const database = await createTestDatabase()
  t.after(database.drop)
  return database
}

async function publish({ db }: TestDatabase, tick: Date, snapshots: Snapshot[], asked = snapshots.length) {
  const runId = await openRun({ db })
  return db
    .transaction()
    .execute((tx) => publishSnapshot(tx, { tick, runId, batch: { source: 'test', snapshots, rejected: [] }, asked }))
}

test('a retired coin keeps its history, loses its rank, leaves the list and can return', async (t) => {
  const database = await open(t)
  const [a, b, c] = ['a', 'b', 'c'].map((id, index) => toSnapshot(id, { market_cap_rank: index + 1 }))
  assert.ok(a && b && c)
  await publish(database, first, [a, b, c])
  assert.deepEqual(await publish(database, later(10), [a, b]), { written: 2, rejected: 0, added: 0, retired: 1 })
  assert.deepEqual(
    (await listCoins(database.db, all)).items.map((coin) => coin.coingecko_id),
    ['a', 'b'],
  )
  const gone = await getCoin(database.db, 'c')
  assert.deepEqual([gone?.is_tracked, gone?.market_cap_rank, gone?.price_usd], [false, null, 10])
  await publish(database, later(20), [a, b, c])
  assert.equal((await listCoins(database.db, all)).total, 3)
  const { rows } = await database.pool.query('select count(*)::int as facts from fact_market_data')
  assert.equal(rows[0].facts, 8)
})

test('an answer with less than half of the requested coins retires none, one with half retires the rest', async (t) => {
  const database = await open(t)
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((id) => toSnapshot(id))
  assert.ok(a && b && c && d && e)
  await publish(database, first, [a, b, c, d, e])
  const outcome = { rejected: 0, added: 0 }
  assert.deepEqual(await publish(database, later(10), [a, b], 5), { ...outcome, written: 2, retired: 0 })
  assert.equal((await listCoins(database.db, all)).total, 5)
  assert.deepEqual(await publish(database, later(20), [a, b], 4), { ...outcome, written: 2, retired: 3 })
  assert.equal((await listCoins(database.db, all)).total, 2)
})

test('requesting fewer coins takes effect at once', async (t) => {
  const database = await open(t)
  const coins = Array.from({ length: 50 }, (_, index) => toSnapshot(`c${index}`, { market_cap_rank: index + 1 }))
  await publish(database, first, coins, 50)
  assert.equal((await publish(database, later(10), coins.slice(0, 20), 20)).retired, 30)
})

test('the newer reading of a tick wins, and an older tick never replaces the latest row', async (t) => {
  const database = await open(t)
  const at = (minute: string, price_usd: number) =>
    toSnapshot('a', { price_usd, source_updated_at: `2026-11-24T00:${minute}:00.000Z` })
  await publish(database, later(10), [at('12', 12)])
  await publish(database, later(10), [at('11', 11)])
  assert.equal((await getCoin(database.db, 'a')).price_usd, 12)
  await publish(database, later(10), [at('13', 13)])
  await publish(database, first, [at('01', 1)])
  assert.equal((await getCoin(database.db, 'a')).price_usd, 13)
})

test('a tick without changes uses no ids and updates no coins', async (t) => {
  const database = await open(t)
  const batch = ['a', 'b'].map((id) => toSnapshot(id))
  await publish(database, first, batch)
  const dims = () => database.pool.query('select * from dim_coin order by id').then(({ rows }) => rows)
  const before = await dims()
  for (let tick = 1; tick <= 5; tick += 1) await publish(database, later(10 * tick), batch)
  assert.deepEqual(await dims(), before)
  await publish(database, later(60), [...batch, toSnapshot('new')])
  assert.deepEqual(
    (await dims()).map((row) => row.id),
    [1, 2, 3],
  )
})

test('stored figures out of range are in no total and give no distance', async (t) => {
  const database = await open(t)
  const spoil = (fields: Partial<Snapshot>) => ['bitcoin', 'ether'].map((id) => toSnapshot(id, fields))
  const wild: Partial<Snapshot>[] = [
    { market_cap: 1.7e308 },
    { market_cap: 1e-320 },
    { volume: 1.7e308 },
    { market_cap_change_24h_pct: 5e-324 },
    { market_cap_change_24h_pct: -99.99999999999999, market_cap: 1e18 },
    { market_cap_change_24h_pct: 1.7e308, market_cap: 1e-18 },
    { ath: 5e-324, price_usd: 1.7e308 },
    { atl: 5e-324, price_usd: 1e12 },
    { ath: 1.7e308, price_usd: 5e-324 },
  ]
  for (const [index, fields] of wild.entries()) {
    await publish(database, later(-1440 + index * 10), spoil(fields))
    await publish(database, later(index * 10), spoil(fields))
    const overview = await getMarketOverview(database.db)
    const coin = await getCoin(database.db, 'ether')
    const history = await getMarketHistory(database.db, { days: 30 })
    const figures = [
      ...Object.values(overview),
      coin?.ath_change_pct,
      coin?.atl_change_pct,
      ...history.points.map((p) => p.market_cap),
    ]
    assert.ok(
      figures.every((figure) => typeof figure !== 'number' || Number.isFinite(figure)),
      JSON.stringify(fields),
    )
  }
})

test('the overview sums the listed coins, and its changes compare the same coins', async (t) => {
  const database = await open(t)
  await publish(database, later(-1440), [toSnapshot('bitcoin', { volume: 40 }), toSnapshot('other', { volume: 60 })])
  await publish(database, first, [
    toSnapshot('bitcoin', { market_cap: 600, market_cap_change_24h_pct: 20, volume: 80, price_change_24h_pct: 20 }),
    toSnapshot('other', { market_cap: 300, market_cap_change_24h_pct: -25, volume: 70, price_change_24h_pct: -25 }),
    toSnapshot('young', { market_cap: 100, market_cap_change_24h_pct: null, volume: 50, price_change_24h_pct: null }),
    toSnapshot('capless', { market_cap: null, market_cap_change_24h_pct: null, volume: null, price_change_24h_pct: 0 }),
  ])
  const overview = await getMarketOverview(database.db)
  const { items } = await listCoins(database.db, all)
  const sum = (key: 'market_cap' | 'total_volume') => items.reduce((total, coin) => total + (coin[key] ?? 0), 0)
  assert.deepEqual(
    [overview.total_market_cap, overview.total_volume_24h, overview.active_coins],
    [sum('market_cap'), sum('total_volume'), 4],
  )
  assert.deepEqual([overview.total_market_cap, overview.btc_dominance, overview.eth_dominance], [1000, 60, null])
  assert.ok(Math.abs((overview.market_cap_change_24h_pct ?? 0) - 0) < 1e-9, '600 + 300 now, 500 + 400 then')
  assert.ok(Math.abs((overview.btc_dominance_change_24h ?? 0) - (600 / 900 - 500 / 900) * 100) < 1e-9)
  assert.ok(Math.abs((overview.volume_change_24h_pct ?? 0) - 50) < 1e-9, '80 + 70 now, 40 + 60 then')
  assert.deepEqual([overview.advancing, overview.declining], [1, 1])
  assert.deepEqual(
    [overview.top_gainers.map((m) => m.coingecko_id), overview.top_losers.map((m) => m.coingecko_id)],
    [['bitcoin'], ['other']],
  )
})

test('a coin without a row for 24 h is missing: it leaves totals, movers and ranks until it has one', async (t) => {
  const database = await open(t)
  const fresh = (minutes: number, id: string, market_cap: number, rank: number) =>
    toSnapshot(id, {
      market_cap,
      market_cap_rank: rank,
      source_updated_at: later(minutes).toISOString(),
    })
  const lost = { coingecko_id: 'bitcoin', rule: 'price_usd_present', payload: {} }
  const publishWithout = async (minutes: number) => {
    const batch = { source: 'test', snapshots: [fresh(minutes, 'other', 400, 2)], rejected: [lost] }
    const runId = await openRun(database)
    await database.db
      .transaction()
      .execute((tx) => publishSnapshot(tx, { tick: later(minutes), runId, batch, asked: 2 }))
  }
  const look = async () => {
    const { active_coins, total_market_cap, btc_dominance, top_gainers } = await getMarketOverview(database.db)
    const { items } = await listCoins(database.db, all)
    const coin = await getCoin(database.db, 'bitcoin')
    return {
      totals: [active_coins, total_market_cap, btc_dominance, top_gainers.length],
      order: items.map((item) => item.coingecko_id),
      coin: [coin?.market_cap_rank, coin?.stale_since, coin?.stale_reason, coin?.price_usd],
    }
  }
  await publish(database, first, [fresh(0, 'bitcoin', 600, 1), fresh(0, 'other', 400, 2)])
  const known = { totals: [2, 1000, 60, 2], order: ['bitcoin', 'other'], coin: [1, null, null, 10] }
  assert.deepEqual(await look(), known)
  await publishWithout(1440)
  assert.deepEqual(await look(), known, 'a row of 24 h ago counts')
  await publishWithout(1450)
  assert.deepEqual(await look(), {
    totals: [1, 400, null, 1],
    order: ['other', 'bitcoin'],
    coin: [null, first.toISOString().replace('.000', ''), 'missing', 10],
  })
  await publish(database, later(1460), [fresh(1460, 'bitcoin', 600, 1), fresh(1460, 'other', 400, 2)])
  assert.deepEqual(await look(), known)
})

test('a coin without a price update for 24 h is frozen and stays in the totals', async (t) => {
  const database = await open(t)
  const at = (ms: number) => toSnapshot('frozen', { source_updated_at: new Date(first.getTime() - ms).toISOString() })
  await publish(database, first, [at(dayMs)])
  assert.equal((await getCoin(database.db, 'frozen')).stale_since, null)
  await publish(database, later(10), [at(dayMs)])
  const { items } = await listCoins(database.db, all)
  assert.deepEqual([items[0]?.stale_since, items[0]?.stale_reason], ['2026-11-23T00:00:00Z', 'frozen'])
  assert.equal((await getMarketOverview(database.db)).active_coins, 1)
})
