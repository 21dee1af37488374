import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { createTestDatabase, quietLog } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { applyMigrations } from '../../test/older-warehouse.ts'
import { systemClock } from '../clock.ts'
import { migrate } from '../warehouse/migrate.ts'
import type { JobProgress } from './job.ts'

const now = Date.parse('2026-11-24T09:00:00Z')
const priceAt = (at: number): number => 100 + (at % 7_919_999) / 1e6

/** A warehouse as the version before left it: facts on three grids, candles that end before midnight, analytics of them. */
async function openOld(t: TestContext) {
  const database = await createTestDatabase({ empty: true })
  t.after(database.drop)
  const { pool } = database
  await applyMigrations(pool, { end: '0008' })
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, market_cap_rank, first_seen_at, last_seen_at)
    values ('bitcoin', 'btc', 'Bitcoin', 1, now(), now())`)
  for (const month of ['2026-09', '2026-10', '2026-11']) {
    const next = new Date(Date.UTC(2026, Number(month.slice(5)))).toISOString()
    await pool.query(`create table fact_market_data_${month.replace('-', '_')} partition of fact_market_data
      for values from ('${month}-01 00:00:00+00') to ('${next}')`)
  }
  const write = async (granularity: string, stepMinutes: number, from: string, to: string) => {
    const instants: Date[] = []
    for (let at = Date.parse(from); at < Date.parse(to); at += stepMinutes * minuteMs) instants.push(new Date(at))
    await pool.query(
      `insert into fact_market_data (coin_id, timestamp, granularity, price_usd, volume)
       select 1, at, $1::granularity, price, 7 from unnest($2::timestamptz[], $3::float8[]) as u (at, price)`,
      [granularity, instants, instants.map((at) => priceAt(at.getTime()))],
    )
  }
  await write('daily', 1440, '2026-09-01T00:00:00Z', '2026-10-01T00:00:00Z')
  await write('hourly', 60, '2026-10-01T00:00:00Z', '2026-11-20T00:00:00Z')
  await write('10min', 10, '2026-11-20T00:00:00Z', '2026-11-24T09:00:00Z')
  await pool.query(`delete from stale_candle;
    insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, volume, samples)
    select coin_id, date, (array_agg(price_usd order by timestamp))[1], max(price_usd), min(price_usd),
      (array_agg(price_usd order by timestamp desc))[1], 7, count(*) from fact_market_data where date < '2026-11-24' group by 1, 2;
    insert into stale_candle values (1, '2026-11-24');
    insert into history_coverage select 1, '10min', '2026-11-19', '2026-11-24 09:00', now();
    insert into analytics_input (fingerprint, as_of) values ('old', '2026-11-23')`)
  return database
}

test('an upgrade rebuilds every candle and the analytics once and reports progress', async (t) => {
  const database = await openOld(t)
  const { pool } = database
  await migrate(pool, quietLog)
  const told: JobProgress[] = []
  const options = toJobOptions(
    database,
    {},
    {
      clock: { ...systemClock, now: () => now },
      onProgress: (_job, progress) => progress !== null && told.push(progress),
    },
  )
  const made = await runJob(options, 'transform_aggregates')
  assert.equal(made.status, 'success', made.error)
  assert.deepEqual(
    told.map(({ details }) => details?.months_done),
    [1, 2, 3, 4],
  )
  assert.deepEqual(new Set(told.map(({ details }) => details?.months_total)), new Set([4]))
  const { rows } = await pool.query('select date, open, close, close_at from fact_daily_ohlcv order by date')
  assert.equal(rows.length, 85, 'the day before the first fact has its close')
  for (const { date, open, close, close_at } of rows) {
    const end = Date.parse(date) + dayMs
    assert.deepEqual([Date.parse(close_at), close], [end, priceAt(end)], date)
    if (date > '2026-08-31') assert.equal(open, priceAt(Date.parse(date)), date)
  }
  assert.deepEqual((await pool.query('select date from stale_candle')).rows, [{ date: '2026-11-24' }])
  assert.deepEqual((await pool.query('select granularity from history_coverage')).rows, [{ granularity: '5min' }])
  assert.equal((await runJob(options, 'compute_analytics')).status, 'success')
  assert.equal((await runJob(options, 'transform_aggregates')).idle, true, 'once')
  await assertInvariants({ pool })
})

test('candles whose facts were dropped before an upgrade close at the open of the next day', async (t) => {
  const database = await openOld(t)
  const { pool } = database
  await pool.query('drop table fact_market_data_2026_09, fact_market_data_2026_10')
  await migrate(pool, quietLog)
  const options = toJobOptions(database, {}, { clock: { ...systemClock, now: () => now } })
  assert.equal((await runJob(options, 'transform_aggregates')).status, 'success')
  const { rows } = await pool.query(`select date, open, high, close, close_at from fact_daily_ohlcv
    where date between '2026-09-01' and '2026-11-23' order by date`)
  assert.equal(rows.length, 84)
  for (const { date, open, high, close, close_at } of rows) {
    const end = Date.parse(date) + dayMs
    assert.deepEqual([open, close, Date.parse(close_at)], [priceAt(Date.parse(date)), priceAt(end), end], date)
    assert.ok(high >= close && high >= open)
  }
})
