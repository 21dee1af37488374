import { createWriteStream, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { dayMs } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { attemptJob } from '../server/jobs/attempt.ts'
import { listStorage } from '../server/warehouse/storage.ts'
import { quietLog } from '../test/database.ts'
import { toJobOptions } from '../test/jobs.ts'
import { type Bench, median, timeMs } from './measure.ts'
import { coins, loadYear } from './year.ts'

const fullRounds = 7
const dayRounds = 40
/** 365 days and the day before, whose close is the first midnight. */
const daysMade = 366
/** Number of coins with a changed day. */
const dayCases = [
  ['all', coins],
  ['one', 1],
  ['none', 0],
] as const

/** The candles of every coin and day in DuckDB, from its own table with the same rows. */
const duckCandles = `create or replace table candle as
  with day as (
    select coin_id, timestamp::date as date, price_usd, volume, timestamp from fact
    union all select coin_id, timestamp::date - 1, price_usd, volume, timestamp from fact
      where timestamp = date_trunc('day', timestamp)
  )
  select coin_id, date, arg_min(price_usd, timestamp) as open, max(price_usd) as high,
    min(price_usd) as low, arg_max(price_usd, timestamp) as close, max(timestamp) as close_at,
    arg_max(volume, timestamp) filter (volume is not null) as volume, count(*) as samples
  from day group by all`

/**
 * Candles of a year of 50 coins: a full rebuild against DuckDB over the same rows, and one changed day of one coin and
 * of every coin against the full rebuild.
 */
export const bench: Bench = async ({ pool, db }) => {
  const { facts, to } = await loadYear({ pool, db })
  await pool.query(`update pipeline_runs set status = 'success', end_time = now(), records_processed = 1`)
  const options = toJobOptions({ pool, db }, {}, { clock: systemClock, log: quietLog })
  const transform = (full: boolean) =>
    attemptJob(options, {
      job: 'transform_aggregates',
      trigger: 'manual',
      full,
      stopping: new AbortController().signal,
    })
  const rebuild = async () => {
    const { status, written, error } = await transform(true)
    if (status !== 'success' || written !== coins * daysMade) throw new Error(`${status}: ${written} ${error}`)
  }
  await rebuild()
  const duck = await openDuck(pool)
  await duck.run(duckCandles)
  const times: Record<'full' | 'duck' | 'all' | 'one' | 'none', number[]> = {
    full: [],
    duck: [],
    all: [],
    one: [],
    none: [],
  }
  for (let round = 0; round < fullRounds; round += 1) {
    times.full.push(await timeMs(rebuild))
    times.duck.push(await timeMs(() => duck.run(duckCandles)))
  }
  await vacuum(pool)
  const markDay = (daysBack: number, count: number) =>
    pool.query('insert into stale_candle select n, $1 from generate_series(1, $2::int) n', [
      new Date(to - daysBack * dayMs).toISOString().slice(0, 10),
      count,
    ])
  for (let round = 1; round <= dayRounds; round += 1)
    for (const [index, [name, count]] of dayCases.entries()) {
      await markDay(dayCases.length * round + index, count)
      times[name].push(
        await timeMs(async () => {
          const { written } = await transform(false)
          if (written !== count) throw new Error(`${written} of ${count} candles`)
        }),
      )
    }
  duck.closeSync()
  const [full_ms, duckdb_ms] = [median(times.full), median(times.duck)]
  const [day_all_ms, day_one_ms, run_ms] = [median(times.all), median(times.one), median(times.none)]
  const storage = (await listStorage(db)).find(({ table }) => table === 'fact_market_data')
  return {
    ratio: full_ms / duckdb_ms,
    limit: 8,
    full_ms,
    duckdb_ms,
    day_of_one_coin_ratio: (day_one_ms - run_ms) / full_ms,
    day_of_all_coins_ratio: (day_all_ms - run_ms) / full_ms,
    day_limit: 1 / 200,
    day_of_one_coin_ms: day_one_ms,
    day_of_all_coins_ms: day_all_ms,
    run_without_work_ms: run_ms,
    facts,
    bytes_per_fact: (storage?.total_bytes ?? 0) / (storage?.rows ?? 1),
  }
}

async function vacuum(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  for (const table of ['fact_daily_ohlcv', 'stale_candle']) await client.query(`vacuum analyze ${table}`)
  client.release()
}

async function openDuck(pool: pg.Pool) {
  const file = join(tmpdir(), `cryptoflow-facts-${process.pid}.csv`)
  const client = await pool.connect()
  try {
    const select = 'select coin_id, timestamp, price_usd, volume from fact_market_data'
    await pipeline(client.query(copyTo(`copy (${select}) to stdout with (format csv)`)), createWriteStream(file))
    const duck = await (await DuckDBInstance.create(':memory:')).connect()
    await duck.run(`create table fact as select * from read_csv('${file}', header = false,
      columns = {coin_id: 'int', timestamp: 'timestamptz', price_usd: 'double', volume: 'double'})`)
    await duck.run(`alter table fact alter timestamp type timestamp using (timestamp at time zone 'UTC')`)
    return duck
  } finally {
    client.release()
    rmSync(file, { force: true })
  }
}
