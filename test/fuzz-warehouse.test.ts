import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Granularity, granularityMs } from '../contract/day.ts'
import { dayMs, minuteMs } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { makeAllCandles, makeStaleCandles } from '../server/warehouse/candles.ts'
import { inTransaction } from '../server/warehouse/db.ts'
import { writeHistory } from '../server/warehouse/history.ts'
import { keepMinutePartitions, upsertMinuteBars } from '../server/warehouse/minute-bars.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { applyRetention } from '../server/warehouse/retention.ts'
import { publishSnapshot } from '../server/warehouse/snapshots.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { toSnapshot } from './snapshots.ts'
import { type Bar, WarehouseModel } from './warehouse-model.ts'

/** `FUZZ_SEQUENCES=10000` gives a longer run, `FUZZ_SEED` repeats one. */
const sequences = Number(process.env.FUZZ_SEQUENCES ?? 200)
const seed = Number(process.env.FUZZ_SEED ?? 1)
const patience = { timeout: 60_000 + sequences * 2000 }

/** Ten days around the end of a month; the day after them is today. */
const first = Date.parse('2026-08-27T00:00:00Z')
const monthEnd = Date.parse('2026-09-01T00:00:00Z')
const today = Date.parse('2026-09-06T00:00:00Z')
const months = ['2026-08-01', '2026-09-01']
const closed = '2026-09-06'
const days = (today - first) / dayMs
/** When the facts of August may be dropped, and those of September may not. */
const retention = { retainRawDays: 30, now: Date.parse('2026-10-20T00:00:00Z') }
const coins = ['alpha', 'bitcoin', 'gamma', 'delta']
const minuteCount = 5

const coin = fc.constantFrom(...coins)
const price = fc.double({ min: 1e-12, max: 1e6, noNaN: true })
const volume = fc.option(fc.double({ min: 0, max: 1e12, noNaN: true }))
const day = fc.nat(days - 1)
/** Steps of a grid from a midnight, mostly beside one. */
const toStep = (granularity: Granularity) => {
  const perDay = dayMs / granularityMs[granularity]
  return fc.oneof(fc.constantFrom(0, 0, 1, perDay - 1), fc.nat(perDay)).map((step) => step * granularityMs[granularity])
}
const tick = fc.record({ day, offset: toStep('10min') }).map(({ day, offset }) => first + day * dayMs + offset)
/** Minutes by which a source dates a point after its grid time, on both sides of each tolerance of a midnight. */
const lateMs = fc.constantFrom(0, 0, 1, 6, 16, 31, 61).map((minutes) => minutes * minuteMs)
const toHistory = (granularity: 'daily' | 'hourly' | '5min') =>
  fc.record({
    do: fc.constant('history' as const),
    granularity: fc.constant(granularity),
    coin,
    from: tick.map((at) => Math.floor(at / granularityMs[granularity]) * granularityMs[granularity]),
    lateMs,
    points: fc.array(fc.record({ price, volume }), { minLength: 1, maxLength: granularity === 'daily' ? days : 12 }),
  })
const row = fc.record({ price, volume, source: fc.option(fc.nat(3).map((minutes) => first + minutes * minuteMs)) })
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('snapshot' as const),
      tick,
      rows: fc.dictionary(coin, row, { minKeys: 1 }),
    }),
  },
  { weight: 4, arbitrary: fc.oneof(toHistory('daily'), toHistory('hourly'), toHistory('5min')) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('candles' as const), all: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retention' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('minute' as const),
      coin,
      minute: fc.nat(minuteCount - 1),
      prices: fc.tuple(price, price, price, price),
      ticks: fc.integer({ min: 1, max: 3 }),
    }),
  },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
  await keepMinutePartitions(database.pool, { from: today, now: today, retainDays: 0 })
})
after(() => database.drop())

const ask = async <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await database.pool.query(text, values)).rows

async function clear(): Promise<void> {
  await ask(`truncate fact_market_data, fact_daily_ohlcv, stale_candle, latest_market_data, fact_minute_ohlc, dim_coin,
    history_coverage, analytics_input, analytics_volatility, analytics_correlation, pipeline_runs restart identity cascade`)
  await ask('refresh materialized view mv_latest_market_data')
  await ensurePartitions(database.pool, { from: new Date(first), to: new Date(today) })
}

async function findId(name: string): Promise<number | undefined> {
  const [found] = await ask<{ id: number }>('select id from dim_coin where coingecko_id = $1', [name])
  return found?.id
}

async function makeCandles(model: WarehouseModel, all: boolean): Promise<void> {
  const make = all ? makeAllCandles : makeStaleCandles
  for (const month of months) await inTransaction(database.pool, (tx) => make(tx, { month, before: closed }))
  model.makeCandles(first - dayMs, today)
}

/** Does an operation in the warehouse and in the model. */
async function perform(operation: Operation, model: WarehouseModel): Promise<void> {
  const { pool, db } = database
  switch (operation.do) {
    case 'snapshot': {
      const rows = Object.entries(operation.rows).map(([name, values]) => ({ coin: name, ...values }))
      const snapshots = rows.map(({ coin: name, price, volume, source }) =>
        toSnapshot(name, {
          price_usd: price,
          volume,
          source_updated_at: source === null ? null : new Date(source).toISOString(),
        }),
      )
      const batch = { source: 'test', snapshots, rejected: [] }
      const options = { tick: new Date(operation.tick), runId: 0, batch, asked: coins.length }
      await inTransaction(pool, (tx) => publishSnapshot(tx, options))
      return model.publish(operation.tick, rows, coins.length)
    }
    case 'history': {
      const { granularity, from, lateMs, coin: name } = operation
      const coinId = await findId(name)
      if (coinId === undefined) return
      const points = operation.points
        .map(({ price, volume }, index) => ({ at: from + lateMs + index * granularityMs[granularity], price, volume }))
        .filter(({ at }) => at <= today)
      await inTransaction(pool, (tx, client) =>
        writeHistory(
          { tx, client },
          {
            coinId,
            granularity,
            points: points.map(({ at, price, volume }) => ({ at, price_usd: price, volume, market_cap: null })),
          },
        ),
      )
      return model.addHistory(
        name,
        points.map((point) => ({ ...point, granularity })),
      )
    }
    case 'candles':
      return makeCandles(model, operation.all)
    case 'retention': {
      const dropped = await applyRetention(pool, retention)
      if (dropped.length === 0) return
      await ensurePartitions(pool, { from: new Date(first), to: new Date(today) })
      return model.dropFactsBefore(monthEnd)
    }
    case 'minute': {
      const coinId = await findId(operation.coin)
      if (coinId === undefined) return
      const { minute, prices, ticks } = operation
      const [open, close] = prices
      const bar: Bar = { open, close, high: Math.max(...prices), low: Math.min(...prices), ticks }
      await upsertMinuteBars(db, [{ ...bar, coin_id: coinId, minute: today + minute * minuteMs }])
      return model.addBar(`${operation.coin} ${minute}`, bar)
    }
  }
}

const readCandles = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (
      await ask<Record<string, unknown>>(`select c.coingecko_id, o.date, open, high, low, close,
        volume, extract(epoch from close_at)::float8 * 1000 as close_at, granularity, samples
        from fact_daily_ohlcv o join dim_coin c on c.id = o.coin_id order by 1, 2`)
    ).map(({ coingecko_id, date, ...candle }) => [`${coingecko_id} ${date}`, candle]),
  )

const readAnalytics = async () => [
  await ask('select * from analytics_volatility order by coin_id, period_days'),
  await ask('select * from analytics_correlation order by coin_a_id, coin_b_id, period_days'),
]

const sorted = <T>(map: Map<string, T>): Record<string, T> => Object.fromEntries([...map].sort())

/** Asserts that the warehouse holds what the model holds, and what a fresh computation gives. */
async function assertFresh(model: WarehouseModel): Promise<void> {
  await makeCandles(model, false)
  const candles = await readCandles()
  assert.deepEqual(candles, sorted(model.candles), 'candles')
  const latest = await ask(`select coingecko_id, price_usd, extract(epoch from timestamp)::float8 * 1000 as at
    from mv_latest_market_data order by 1`)
  const expected = [...model.tracked].sort().map((coingecko_id) => {
    const { price, at } = model.latest.get(coingecko_id) ?? {}
    return { coingecko_id, price_usd: price, at }
  })
  assert.deepEqual(latest, expected, 'the latest view')
  const bars = await ask<Bar & { key: string }>(`select c.coingecko_id || ' ' || extract(minute from b.minute) as key,
    open, high, low, close, ticks from fact_minute_ohlc b join dim_coin c on c.id = b.coin_id order by 1`)
  assert.deepEqual(Object.fromEntries(bars.map(({ key, ...bar }) => [key, bar])), sorted(model.bars), 'minute candles')
  const options = toJobOptions(database, {}, { clock: { ...systemClock, now: () => today + minuteMs } })
  await runJob(options, 'compute_analytics')
  const analytics = await readAnalytics()
  await makeCandles(model, true)
  assert.deepEqual(await readCandles(), candles, 'recomputed candles')
  await runJob(options, 'compute_analytics', { full: true })
  assert.deepEqual(await readAnalytics(), analytics, 'recomputed analytics')
}

test('keeps candles, latest rows, minute candles and analytics equal to a fresh computation', patience, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12, size: 'max' }), async (operations) => {
      await clear()
      const model = new WarehouseModel()
      for (const each of operations) await perform(each, model)
      await assertFresh(model)
    }),
    { numRuns: sequences, seed },
  )
})
