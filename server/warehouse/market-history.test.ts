import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { hourMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { openRun } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { getMarketHistory } from './market-history.ts'
import { publishSnapshot } from './snapshots.ts'

const now = new Date('2026-11-24T12:20:00Z')
const newestHour = Date.parse('2026-11-24T12:00:00Z')
const hoursAgo = (hours: number) => new Date(newestHour - hours * hourMs).toISOString()
const caps = { bitcoin: 600, ethereum: 310, small: 50, young: 40 }
type Name = keyof typeof caps

async function open(t: TestContext): Promise<TestDatabase> {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { db } = database
  const snapshots = Object.entries(caps).map(([id, market_cap]) => toSnapshot(id, { market_cap, volume: 1 }))
  const runId = await openRun(database)
  const batch = { source: 'test', snapshots, rejected: [] }
  await db.transaction().execute((tx) => publishSnapshot(tx, { tick: now, runId, batch, asked: 1 }))
  return database
}

/** Facts of a coin at full hours, given in hours before the newest one; each is worth its cap plus those hours. */
async function remember({ pool }: TestDatabase, name: Name, hours: number[]): Promise<void> {
  for (const ago of hours)
    await pool.query(
      `insert into fact_market_data (coin_id, timestamp, granularity, price_usd, market_cap, volume)
      select id, $2, 'hourly', 1, $3, $4 from dim_coin where coingecko_id = $1`,
      [name, hoursAgo(ago), caps[name] + ago, ago],
    )
}

const range = (from: number, to = 0): number[] => Array.from({ length: from - to + 1 }, (_, index) => from - index)
const toLine = ({ points }: Awaited<ReturnType<typeof getMarketHistory>>) =>
  points.map(({ timestamp, market_cap }) => [(newestHour - Date.parse(timestamp)) / hourMs, market_cap])

test('every hour sums the same coins, without newer ones', async (t) => {
  const database = await open(t)
  await remember(database, 'bitcoin', range(30))
  await remember(database, 'ethereum', range(30))
  await remember(database, 'small', range(30))
  await remember(database, 'young', range(4))
  const history = await getMarketHistory(database.db, { days: 7 })
  assert.equal(history.coins, 3)
  assert.ok(Math.abs((history.market_cap_share_pct ?? 0) - 96) < 1e-9)
  assert.deepEqual(
    toLine(history),
    range(30).map((ago) => [ago, 960 + 3 * ago]),
  )
  const [first] = history.points
  assert.deepEqual([first?.timestamp, first?.volume], [hoursAgo(30).replace('.000Z', 'Z'), 90])
  assert.ok(Math.abs((first?.btc_dominance ?? 0) - (630 / 1050) * 100) < 1e-9)
  assert.ok(Math.abs((first?.eth_dominance ?? 0) - (340 / 1050) * 100) < 1e-9)
})

test('bridges gaps of up to two hours; a longer gap ends the line or excludes the coin', async (t) => {
  const database = await open(t)
  await remember(database, 'bitcoin', range(20))
  await remember(database, 'ethereum', [...range(20, 12), ...range(9)])
  await remember(database, 'small', [...range(20, 12), ...range(8)])
  const history = await getMarketHistory(database.db, { days: 7 })
  assert.equal(history.coins, 2, 'a gap of 3 hours is bridged, one of 4 is not')
  const held = (ago: number) => (ago === 11 || ago === 10 ? 12 : ago)
  assert.deepEqual(
    toLine(history),
    range(20).map((ago) => [ago, 910 + ago + held(ago)]),
  )
  await database.pool.query(`delete from fact_market_data f using dim_coin c where c.id = f.coin_id
    and c.coingecko_id = 'bitcoin' and timestamp > '${hoursAgo(9)}' and timestamp < '${hoursAgo(4)}'`)
  assert.deepEqual(
    toLine(await getMarketHistory(database.db, { days: 7 })).map(([ago]) => ago),
    range(4),
    'the line begins after the hole of bitcoin',
  )
})

test('returns no points without coins of 90% of the market, and none before the range', async (t) => {
  const database = await open(t)
  await remember(database, 'bitcoin', range(40))
  const none = await getMarketHistory(database.db, { days: 7 })
  assert.deepEqual(none, { coins: 0, market_cap_share_pct: null, points: [] })
  await remember(database, 'ethereum', range(40))
  assert.equal((await getMarketHistory(database.db, { days: 1 })).points.length, 25)
})

test('returns no points for an empty warehouse and rejects a range beyond 30 days', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const app = await createApi(database.db)
  t.after(() => app.close())
  const answer = await app.inject('/api/v1/market/history')
  assert.deepEqual(answer.json(), { coins: 0, market_cap_share_pct: null, points: [] })
  for (const days of ['0', '31', 'x']) {
    const refused = await app.inject(`/api/v1/market/history?days=${days}`)
    assert.equal(refused.statusCode, 422)
    assert.match(refused.json().error.message, /days/)
  }
})
