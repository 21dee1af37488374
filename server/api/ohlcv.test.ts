import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Kysely, PostgresDialect } from 'kysely'
import type { CoinOhlcv } from '../../contract/charts.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { insertCoins, type SlowCandle, toSlowCandles, toTick } from '../../test/bars.ts'
import { createBeatClock } from '../../test/beat-clock.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { startBarKeeper } from '../live/bar-keeper.ts'
import { listIntradayCandles } from '../warehouse/intraday.ts'
import { upsertMinuteBars } from '../warehouse/minute-bars.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import type { DB } from '../warehouse/types.ts'

const now = Date.now()
const prices: { at: number; price_usd: number }[] = []

let database: TestDatabase
let app: FastifyInstance

/** Nine hours of streamed ticks of today and yesterday with a gap of one hour, and one hour three days ago. */
before(async () => {
  database = await createTestDatabase()
  const ids = await insertCoins(database, ['bitcoin', 'silent'])
  const table = 'fact_minute_ohlc'
  await ensurePartitions(database.pool, { from: new Date(now - 4 * 24 * hourMs), to: new Date(now + hourMs), table })
  const clock = createBeatClock(now)
  const keeper = startBarKeeper({ ...database, clock, log: quietLog, retainDays: 0 })
  keeper.follow(ids)
  const spans = [
    [72, 71],
    [9, 4],
    [3, 0],
  ].map(([from = 0, to = 0]) => [now - from * hourMs, now - to * hourMs] as const)
  for (const [from, to] of spans)
    for (let at = from, n = 0; at < to; at += 7000 + ((n * 7919) % 20_000), n += 1) {
      const price_usd = 1e-9 * (1000 + ((n * 104_729) % 977))
      prices.push({ at, price_usd })
      clock.set(at)
      keeper.add([toTick('bitcoin', at, price_usd)])
      if (n % 40 === 0) await clock.beat()
    }
  await keeper.stop()
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async (path: string): Promise<CoinOhlcv> => (await app.inject(`/api/v1/coins/${path}`)).json()
const toRow = ({ opens, ...figures }: SlowCandle) => {
  const timestamp = new Date(opens).toISOString().replace('.000Z', 'Z')
  return { date: timestamp.slice(0, 10), timestamp, ...figures, volume: null, close_at: null, granularity: null }
}

test('each interval returns the newest candles of the raw ticks, oldest first, with gaps', async () => {
  for (const [interval, width] of Object.entries({ '1m': 1, '5m': 5, '15m': 15, '1h': 60 }))
    for (const limit of [1, 20, 300, 1000]) {
      const { candles, ...about } = await get(`bitcoin/ohlcv?interval=${interval}&limit=${limit}`)
      const source = { source: 'stream', market: null, continued_at: null }
      assert.deepEqual(about, { coin_id: 1, symbol: 'bitcoin', name: 'bitcoin', interval, ...source, in_progress: [] })
      const slow = toSlowCandles(prices, width * minuteMs).slice(-limit)
      const expected = slow.map((candle, index) => {
        const before = slow[index - 1]
        const isAdjacent = before !== undefined && candle.opens - before.opens === width * minuteMs
        return { ...toRow(candle), change_pct: isAdjacent ? (candle.close / before.close - 1) * 100 : null }
      })
      assert.deepEqual(candles, expected, `${interval} ${limit}`)
    }
  assert.equal((await get('1/ohlcv?interval=1m')).candles.length, 300, 'the default')
})

test('a response changes with the next candle without a pipeline run', async () => {
  const path = '/api/v1/coins/bitcoin/ohlcv?interval=5m&limit=1'
  const first = await app.inject(path)
  assert.equal(first.headers['cache-control'], 'no-cache')
  const again = await app.inject({ url: path, headers: { 'if-none-match': String(first.headers.etag) } })
  assert.equal(again.statusCode, 304)
  const minute = Math.floor(Date.now() / minuteMs) * minuteMs
  const bar = { coin_id: 1, minute, open: 5, high: 5, low: 5, close: 5, ticks: 1000 }
  await upsertMinuteBars(database.db, [bar])
  const later = await app.inject({ url: path, headers: { 'if-none-match': String(first.headers.etag) } })
  assert.equal(later.json().candles[0].close, 5)
  await database.pool.query('delete from fact_minute_ohlc where high = 5')
})

test('caches daily candles and includes their open time', async () => {
  await database.pool.query(`insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, volume, samples)
    values (1, (now() at time zone 'UTC')::date - 1, 1, 4, 0.5, 2, 10, 144),
      (1, (now() at time zone 'UTC')::date - 40, 1, 4, 0.5, 2, 10, 144)`)
  const date = new Date(Date.now() - 24 * hourMs).toISOString().slice(0, 10)
  const candle = {
    date,
    timestamp: `${date}T00:00:00Z`,
    open: 1,
    high: 4,
    low: 0.5,
    close: 2,
    volume: 10,
    samples: 144,
    close_at: null,
    granularity: null,
    change_pct: null,
  }
  const expected = {
    in_progress: [],
    coin_id: 1,
    symbol: 'bitcoin',
    name: 'bitcoin',
    interval: '1d',
    source: 'coingecko',
    market: null,
    continued_at: null,
    candles: [candle],
  }
  assert.deepEqual(await get('bitcoin/ohlcv'), expected)
  assert.deepEqual(await get('bitcoin/ohlcv?interval=1d&days=30'), expected)
  assert.equal((await get('bitcoin/ohlcv?days=60')).candles.length, 2)
  const { headers } = await app.inject('/api/v1/coins/bitcoin/ohlcv')
  assert.equal(headers['cache-control'], 'public, max-age=5')
})

test('returns no candles for a coin without data and 404 for an unknown coin', async () => {
  for (const interval of ['1m', '1h', '1d'])
    assert.deepEqual((await get(`silent/ohlcv?interval=${interval}`)).candles, [])
  const unknown = await app.inject('/api/v1/coins/nobody/ohlcv?interval=1m')
  assert.equal(unknown.statusCode, 404)
  assert.match(unknown.json().detail, /Coin with id nobody not found/)
})

test('rejects invalid requests with a remedy', async () => {
  const cases: [string, RegExp][] = [
    ['interval=2m', /interval/],
    ['interval=', /interval/],
    ['interval=1m&limit=0', /limit/],
    ['interval=1m&limit=1001', /limit/],
    ['interval=1m&limit=1.5', /limit/],
    ['interval=1m&limit=x', /limit/],
    ['interval=1m&days=3', /Use limit with interval=1m/],
    ['limit=10', /Use days with interval=1d/],
    ['interval=1d&limit=10', /Use days with interval=1d/],
    ['interval=1m&interval=5m', /interval/],
  ]
  for (const [query, words] of cases) {
    const response = await app.inject(`/api/v1/coins/bitcoin/ohlcv?${query}`)
    assert.equal(response.statusCode, 422, query)
    assert.match(response.json().detail, words, query)
  }
})

test('a query reads only the partitions of its time range', async (t) => {
  const other = await createTestDatabase()
  t.after(other.drop)
  await insertCoins(other, ['bitcoin'])
  const at = Date.parse('2026-11-24T10:00:30Z')
  const table = 'fact_minute_ohlc'
  await ensurePartitions(other.pool, { from: new Date(at - 30 * 24 * hourMs), to: new Date(at + 24 * hourMs), table })
  const minutes = Array.from({ length: 2000 }, (_, index) => Math.floor(at / minuteMs - index) * minuteMs)
  await upsertMinuteBars(
    other.db,
    minutes.map((minute) => ({ coin_id: 1, minute, open: 1, high: 1, low: 1, close: 1, ticks: 1 })),
  )
  const asked: { sql: string; parameters: readonly unknown[] }[] = []
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: other.pool }),
    log: ({ query }) => {
      asked.push(query)
    },
  })
  const partitionsOf = async (limit: number) => {
    asked.length = 0
    const candles = await listIntradayCandles(db, { coinId: 1, interval: '1m', limit, now: at })
    assert.deepEqual([candles.length, asked.length], [limit, 1])
    const plan = await other.pool.query(`explain ${asked[0]?.sql}`, [...(asked[0]?.parameters ?? [])])
    return [...new Set(JSON.stringify(plan.rows).match(/fact_minute_ohlc_\d{4}_\d{2}_\d{2}(?=(?:_\d+)?[ "])/g))].sort()
  }
  assert.deepEqual(await partitionsOf(300), ['fact_minute_ohlc_2026_11_24'])
  assert.deepEqual(await partitionsOf(1000), ['fact_minute_ohlc_2026_11_23', 'fact_minute_ohlc_2026_11_24'])
})
