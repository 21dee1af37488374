import type pg from 'pg'
import { dayMs, tickMs, toUtcDay } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { listSparklines } from '../server/warehouse/charts.ts'
import { inTransaction } from '../server/warehouse/db.ts'
import { listFilledIntervals } from '../server/warehouse/history.ts'
import { getMarketHistory } from '../server/warehouse/market-history.ts'
import { getMarketOverview } from '../server/warehouse/overview.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { publishSnapshot } from '../server/warehouse/snapshots.ts'
import { runJob, toJobOptions } from '../test/jobs.ts'
import { toSnapshot } from '../test/snapshots.ts'
import { type Bench, median, timeMs } from './measure.ts'

const coins = 18_000
const years = 5
const rounds = 3
/** How much longer a step may take with five years than with one month. */
const maxGrowth = 1.5

type Database = Parameters<Bench>[0]

/** Runs statements without a timeout. */
async function fill(pool: pg.Pool, statements: [text: string, values: unknown[]][]): Promise<void> {
  const client = await pool.connect()
  await client.query('set statement_timeout = 0')
  for (const [text, values] of statements) await client.query(text, values)
  client.release(true)
}

const insertFacts = `insert into fact_market_data (coin_id, timestamp, granularity, price_usd, market_cap, volume)
  select coin, at, $4::granularity, 100 + coin * 0.01 + extract(day from at), 1e9 / coin, 1e7
  from generate_series(1, ${coins}) coin, generate_series($1::timestamptz, $2::timestamptz, $3::interval) at`
const insertCandles = `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
  select coin, day, 100, 101, 99, 100, (day + 1)::timestamp at time zone 'UTC', 1
  from generate_series(1, ${coins}) coin, (select at::date as day from generate_series($1::timestamptz, $2::timestamptz, $3::interval) at) d`

/** The coins, every tick of yesterday and a few facts and candles of each coin of the month before. */
async function fillMonth({ pool }: Database, to: number): Promise<void> {
  const [monthAgo, yesterday] = [new Date(to - 30 * dayMs), new Date(to - dayMs)]
  await ensurePartitions(pool, { from: monthAgo, to: new Date(to + dayMs) })
  await fill(pool, [
    [
      `insert into dim_coin (coingecko_id, symbol, name, market_cap_rank, first_seen_at, last_seen_at)
       select 'coin-' || n, 'c' || n, 'Coin ' || n, n, now(), now() from generate_series(1, $1::int) n`,
      [coins],
    ],
    [insertFacts, [yesterday, new Date(to - tickMs), '10 minutes', '10min']],
    [insertFacts, [monthAgo, new Date(to - 2 * dayMs), '10 days', 'daily']],
    [insertCandles, [monthAgo, new Date(to - 2 * dayMs), '10 days']],
  ])
}

/** Partitions of five years, with two facts and candles of each coin and month: a sample of 4.7 billion facts. */
async function fillYears({ pool }: Database, to: number): Promise<void> {
  const [from, end] = [new Date(to - years * 365 * dayMs), new Date(to - 40 * dayMs)]
  await ensurePartitions(pool, { from, to: end })
  await fill(pool, [
    [insertFacts, [from, end, '15 days', 'daily']],
    [insertCandles, [from, end, '15 days']],
    ['vacuum analyze', []],
  ])
}

/** The time of each step in ms. */
async function measure(database: Database, to: number, firstTick: number): Promise<Record<string, number>> {
  const { pool, db } = database
  const options = toJobOptions(database, {}, { clock: { ...systemClock, now: () => to + 5000 }, trackedCoins: coins })
  const run = async (job: 'transform_aggregates' | 'data_quality_checks') => {
    const { status, error } = await runJob(options, job)
    if (status !== 'success') throw new Error(error)
  }
  let round = firstTick
  const steps: Record<string, () => Promise<unknown>> = {
    snapshot: () => {
      round += 1
      const snapshots = Array.from({ length: coins }, (_, index) =>
        toSnapshot(`coin-${index + 1}`, { market_cap_rank: index + 1, price_usd: 100 + round }),
      )
      const batch = { source: 'bench', snapshots, rejected: [] }
      const tick = new Date(to + round * tickMs)
      return inTransaction(pool, (tx) => publishSnapshot(tx, { tick, runId: 0, batch, asked: coins }))
    },
    candles_of_a_day: async () => {
      await fill(pool, [
        [`insert into stale_candle select id, $1::date from dim_coin on conflict do nothing`, [toUtcDay(to - dayMs)]],
      ])
      await run('transform_aggregates')
    },
    checks: async () => {
      await pool.query('truncate data_quality_checks')
      await run('data_quality_checks')
    },
    gaps_of_250_coins: () => {
      const since = new Map(Array.from({ length: 250 }, (_, index) => [index + 1, to - 90 * dayMs]))
      return listFilledIntervals(db, { since, granularity: 'hourly', to })
    },
    sparklines_of_100_coins: () =>
      listSparklines(
        db,
        Array.from({ length: 100 }, (_, index) => `coin-${index + 1}`),
      ),
    overview: () => getMarketOverview(db),
    market_of_a_year: () => getMarketHistory(db, { days: 365 }),
  }
  const times: Record<string, number> = {}
  for (const [name, step] of Object.entries(steps)) {
    const measured: number[] = []
    for (let repeat = 0; repeat < rounds; repeat += 1) measured.push(await timeMs(step))
    times[name] = median(measured)
  }
  return times
}

/** The steps that run at every tick, hour or page view, with a month and with five years of 18,000 coins: their growth. */
export const bench: Bench = async (database) => {
  const to = Math.floor(Date.now() / dayMs) * dayMs
  await fillMonth(database, to)
  await fill(database.pool, [['vacuum analyze', []]])
  const month = await measure(database, to, 0)
  await fillYears(database, to)
  const later = await measure(database, to, rounds)
  const numbers: Record<string, number> = {}
  let growth = 0
  for (const [name, ms] of Object.entries(later)) {
    const before = month[name] ?? Number.NaN
    numbers[`${name}_month_ms`] = before
    numbers[`${name}_years_ms`] = ms
    growth = Math.max(growth, ms / before)
  }
  return { ratio: growth, limit: maxGrowth, ...numbers }
}
