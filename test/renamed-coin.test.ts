import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { tickMs } from '../contract/time.ts'
import type { Watchlist } from '../contract/watchlist.ts'
import { systemClock } from '../server/clock.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { call, createAccountsApi, signUp } from './accounts.ts'
import { createTestDatabase } from './database.ts'
import { assertInvariants } from './invariants.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { sendJson, startServer, toMarketRow } from './market-server.ts'

type Row = Record<string, unknown>

/** A market of 12 coins, and an account that watches the coin `vela` and another one. */
async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const app = await createAccountsApi(database)
  t.after(() => app.close())
  const others = Array.from({ length: 11 }, (_, index) =>
    toMarketRow(`coin-${index}`, { symbol: `c${index}`, current_price: 100 - index, market_cap_rank: index + 2 }),
  )
  const vela = toMarketRow('vela', { symbol: 'vla', name: 'Vela Network', current_price: 0.28 })
  const state = { now: Date.parse('2026-11-24T12:00:30Z'), rows: [vela, ...others] }
  const server = await startServer((query, response) =>
    sendJson(response, Number(query.get('page') ?? 1) === 1 ? state.rows : []),
  )
  t.after(server.close)
  const clock = { ...systemClock, now: () => state.now }
  const market = createCoingecko({ clock, baseUrl: server.url, demoKey: null, proKey: null, callsPerMinute: 6000 })
  const options = toJobOptions(database, market, { clock, trackedCoins: 12 })
  /** Ingests a snapshot of the given rows and the unchanged others. */
  const ingest = async (...first: Row[]) => {
    state.rows = [...first, ...others]
    const { status, error } = await runJob(options, 'ingest_market_data')
    assert.equal(status, 'success', error)
    state.now += tickMs
  }
  await ingest(vela)
  const as = await signUp(app)
  for (const coin of ['coin-3', 'vela']) assert.equal((await call(app, `POST /watchlist/${coin}`, { as })).status, 201)
  const findWatched = async (id: string) => {
    const { items } = (await call(app, 'GET /watchlist', { as })).body as never as Watchlist
    const item = items.find(({ coingecko_id }) => coingecko_id === id)
    assert.ok(item, `${id} is on the watchlist`)
    return item
  }
  const toNew = (fields: Row = {}) => ({ ...vela, id: 'vela-new', ...fields })
  return { ...database, vela, ingest, findWatched, toNew }
}

test('keeps a coin that the source renames on the watchlist, with its last date and successor', async (t) => {
  const { pool, vela, ingest, findWatched, toNew } = await open(t)
  const before = await findWatched('vela')
  assert.deepEqual([before.is_tracked, before.last_seen_at, before.successor], [true, null, null])
  await ingest(toNew({ symbol: 'VLA', name: 'Vela-network', current_price: 0.29 }))
  const { is_tracked, last_seen_at, successor } = await findWatched('vela')
  assert.deepEqual([is_tracked, last_seen_at], [false, '2026-11-24T12:10:00Z'])
  assert.deepEqual([successor?.coingecko_id, successor?.is_tracked], ['vela-new', true])
  assert.deepEqual((await findWatched('coin-3')).successor, null)

  await ingest(toNew({ id: 'vela-newest' }))
  assert.equal((await findWatched('vela')).successor?.coingecko_id, 'vela-newest', 'renamed again')
  await ingest(vela)
  const back = await findWatched('vela')
  assert.deepEqual([back.is_tracked, back.last_seen_at, back.successor], [true, null, null], 'renamed back')
  const { rows } = await pool.query(`select c.coingecko_id, s.coingecko_id as successor
    from dim_coin c join dim_coin s on s.id = c.successor_id order by c.id`)
  assert.deepEqual(rows, [
    { coingecko_id: 'vela-new', successor: 'vela' },
    { coingecko_id: 'vela-newest', successor: 'vela' },
  ])
  await assertInvariants({ pool })
})

const nonSuccessors: Record<string, (toNew: (fields?: Row) => Row, vela: Row) => Row[][]> = {
  'another symbol': (toNew) => [[toNew({ symbol: 'vlb' })]],
  'another name': (toNew) => [[toNew({ name: 'Vela Network 2' })]],
  'a price over 5 % higher': (toNew) => [[toNew({ current_price: 0.28 * 1.0501 })]],
  'a price over 5 % lower': (toNew) => [[toNew({ current_price: 0.28 * 0.9499 })]],
  'listed together with the old coin': (toNew, vela) => [[vela, toNew()], [toNew()]],
}

for (const [what, toSnapshots] of Object.entries(nonSuccessors))
  test(`does not take a coin as successor: ${what}`, async (t) => {
    const { vela, ingest, findWatched, toNew } = await open(t)
    for (const first of toSnapshots(toNew, vela)) await ingest(...first)
    const { is_tracked, successor } = await findWatched('vela')
    assert.deepEqual([is_tracked, successor], [false, null])
  })

test('takes a price within 5 % as successor, and the nearest of two', async (t) => {
  for (const factor of [1.0499, 0.9501]) {
    const { ingest, findWatched, toNew } = await open(t)
    await ingest(toNew({ current_price: 0.28 * factor }))
    assert.equal((await findWatched('vela')).successor?.coingecko_id, 'vela-new', String(factor))
  }
  const { ingest, findWatched, toNew } = await open(t)
  await ingest(toNew({ id: 'far', current_price: 0.27 }), toNew({ id: 'near', current_price: 0.281 }))
  assert.equal((await findWatched('vela')).successor?.coingecko_id, 'near')
})
