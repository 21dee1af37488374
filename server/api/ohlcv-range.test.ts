import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { CoinOhlcv } from '../../contract/charts.ts'
import { floorToInterval, intervalMs } from '../../contract/intervals.ts'
import { dayMs, hourMs, minuteMs, toUtcDay } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { insertCoins, toSlowCandles } from '../../test/bars.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { upsertMinuteBars } from '../warehouse/minute-bars.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'

type Fact = { at: number; price_usd: number; granularity: string }

const today = Math.floor(Date.now() / dayMs) * dayMs
const start = today - 40 * dayMs
const priceAt = (at: number) => 100 + ((at / minuteMs) % 977) / 7
/** Hourly facts with a hole of a day, then two days at 10 minutes; streamed minutes on the last of them. */
const facts: Fact[] = [
  ...Array.from({ length: 20 * 24 }, (_, hour) => ({ at: start + hour * hourMs, granularity: 'hourly' })),
  ...Array.from({ length: 2 * 144 }, (_, tick) => ({
    at: today - 3 * dayMs + tick * 10 * minuteMs,
    granularity: '10min',
  })),
]
  .filter(({ at }) => at < start + 10 * dayMs || at >= start + 11 * dayMs)
  .map((fact) => ({ ...fact, price_usd: priceAt(fact.at) }))
const streamFrom = today - 2 * dayMs + 6 * hourMs
const bars = Array.from({ length: 100 }, (_, index) => streamFrom + index * minuteMs).map((minute) => {
  const open = 500 + ((minute / minuteMs) % 13)
  return { coin_id: 1, minute, open, high: open + 5, low: open - 5, close: open + 1, ticks: 4 }
})

let database: TestDatabase
let app: FastifyInstance

before(async () => {
  database = await createTestDatabase()
  await insertCoins(database, ['bitcoin', 'silent'])
  const span = { from: new Date(start), to: new Date(today) }
  await ensurePartitions(database.pool, span)
  await ensurePartitions(database.pool, { ...span, table: 'fact_minute_ohlc' })
  await database.pool.query(
    `insert into fact_market_data (coin_id, timestamp, price_usd, granularity)
     select 1, at, price, grid::granularity from unnest($1::timestamptz[], $2::float8[], $3::text[]) as u (at, price, grid)`,
    [facts.map(({ at }) => new Date(at)), facts.map((fact) => fact.price_usd), facts.map((fact) => fact.granularity)],
  )
  await upsertMinuteBars(database.db, bars)
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async (query: string): Promise<CoinOhlcv> =>
  (await app.inject(`/api/v1/coins/bitcoin/ohlcv?${query}`)).json()
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')
const range = (from: number, to: number) => `from=${iso(from)}&to=${iso(to)}`

test('candles of a range have the first, last, high and low of the facts, and gaps stay gaps', async () => {
  const cases = [
    ['1h', start, today - 2 * dayMs, ['hourly', '10min']],
    ['4h', start, today - 2 * dayMs, ['hourly', '10min']],
    ['15m', start, today - 2 * dayMs, ['10min']],
    ['1m', today - 3 * dayMs, today - 2 * dayMs, []],
  ] as const
  for (const [interval, from, to, grids] of cases) {
    const { candles, in_progress } = await get(`interval=${interval}&${range(from, to)}`)
    const counted = facts.filter(({ at, granularity }) => at < to && (grids as readonly string[]).includes(granularity))
    const slow = toSlowCandles(counted, intervalMs[interval])
    assert.deepEqual(in_progress, [])
    assert.deepEqual(
      candles.map(({ timestamp, open, high, low, close, samples }) => ({
        opens: Date.parse(timestamp),
        open,
        high,
        low,
        close,
        samples,
      })),
      slow,
      interval,
    )
    for (const [index, { change_pct, volume }] of candles.entries()) {
      const [candle, before] = [slow[index], slow[index - 1]]
      const isAdjacent = before !== undefined && candle?.opens === before.opens + intervalMs[interval]
      assert.deepEqual(
        [change_pct, volume],
        [isAdjacent ? ((candle?.close ?? 0) / before.close - 1) * 100 : null, null],
      )
    }
  }
})

test('a candle comes from the stream or from the facts, whichever has more observations', async () => {
  const day = today - 2 * dayMs
  const { candles } = await get(`interval=1h&${range(day, day + dayMs)}`)
  const isStreamed = candles.filter(({ open }) => open >= 490).map(({ timestamp }) => Date.parse(timestamp))
  assert.deepEqual(isStreamed, [streamFrom, streamFrom + hourMs])
  const streamed = candles.find(({ timestamp }) => Date.parse(timestamp) === streamFrom)
  const hour = bars.slice(0, 60)
  assert.deepEqual(
    [streamed?.open, streamed?.high, streamed?.low, streamed?.close, streamed?.samples],
    [
      hour[0]?.open,
      Math.max(...hour.map(({ high }) => high)),
      Math.min(...hour.map(({ low }) => low)),
      hour.at(-1)?.close,
      240,
    ],
  )
  const long = await get(`interval=4h&${range(day, day + dayMs)}`)
  assert.ok(long.candles.every(({ timestamp, open }) => Date.parse(timestamp) !== streamFrom || open < 490))
  const width = intervalMs['4h']
  const first = Math.max(today - 3 * dayMs, floorToInterval(Date.now(), width) - 17 * width)
  assert.equal((await get('interval=4h&limit=18')).candles.length, (today - dayMs - first) / width)
})

test('weeks open on Monday, join their days, and the current one is in progress', async () => {
  const monday = floorToInterval(today, intervalMs['1w'])
  assert.equal(new Date(monday).getUTCDay(), 1)
  const days = Array.from({ length: (today - monday) / dayMs + 14 }, (_, index) => monday - 14 * dayMs + index * dayMs)
  await database.pool.query(
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, volume, samples, close_at)
     select 1, day, n, n + 2, n - 0.5, n + 1, 10, 3, (day + 1)::timestamp at time zone 'UTC'
     from unnest($1::date[]) with ordinality as u (day, n)`,
    [days.map(toUtcDay)],
  )
  const at = Math.max(today, days.at(-1) ?? 0)
  await database.pool.query(
    `insert into fact_market_data (coin_id, timestamp, price_usd, granularity) values (1, $1, 77, '10min')`,
    [new Date(at)],
  )
  const { candles, in_progress } = await get(`interval=1w&from=${iso(monday - 14 * dayMs)}`)
  const figures = candles.map((week) => [
    week.date,
    week.open,
    week.high,
    week.low,
    week.close,
    week.volume,
    week.samples,
  ])
  assert.deepEqual(figures, [
    [toUtcDay(monday - 14 * dayMs), 1, 9, 0.5, 8, 70, 21],
    [toUtcDay(monday - 7 * dayMs), 8, 16, 7.5, 15, 70, 21],
  ])
  assert.equal(candles[1]?.change_pct, (15 / 8 - 1) * 100)
  assert.equal(in_progress.length, 1)
  const [current] = in_progress
  assert.deepEqual([current?.date, current?.close, current?.change_pct], [toUtcDay(monday), 77, (77 / 15 - 1) * 100])
  const daily = await get(`interval=1d&${range(monday - 14 * dayMs + 1, monday - 12 * dayMs)}`)
  assert.deepEqual(
    daily.candles.map(({ date }) => date),
    [toUtcDay(monday - 13 * dayMs)],
  )
  assert.deepEqual(daily.in_progress, [])
})

test('rejects a range without meaning with a remedy', async () => {
  const cases: [string, RegExp][] = [
    ['interval=1h&from=yesterday', /from/],
    [`interval=1h&to=${iso(today)}`, /to needs from/],
    [`interval=1h&${range(today, today)}`, /from must be before to/],
    [`interval=1h&from=${iso(start)}&limit=3`, /without days and limit/],
    [`interval=1d&from=${iso(start)}&days=3`, /without days and limit/],
    ['interval=4h&days=3', /Use limit with interval=4h/],
  ]
  for (const [query, words] of cases) {
    const response = await app.inject(`/api/v1/coins/bitcoin/ohlcv?${query}`)
    assert.equal(response.statusCode, 422, query)
    assert.match(response.json().detail, words, query)
  }
  const silent = await app.inject(`/api/v1/coins/silent/ohlcv?interval=1w&from=${iso(start)}`)
  assert.deepEqual(silent.json().candles, [])
})
