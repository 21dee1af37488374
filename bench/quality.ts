import { tickMs } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { runJob, toJobOptions } from '../test/jobs.ts'
import { type Bench, median, timeMs } from './measure.ts'
import { loadYear } from './year.ts'

const rounds = 5
const limitMs = 1000

/** The hourly run of all checks over a year of 50 coins at 10 minutes, against its limit. */
export const bench: Bench = async ({ pool, db }) => {
  const { facts, to } = await loadYear({ pool, db })
  await pool.query(`update pipeline_runs set status = 'cancelled', end_time = now()`)
  await pool.query(
    `insert into latest_market_data (coin_id, timestamp, price_usd, market_cap)
     select coin_id, timestamp, price_usd, market_cap from fact_market_data where timestamp = $1`,
    [new Date(to - tickMs)],
  )
  const options = toJobOptions({ pool, db }, {}, { clock: { ...systemClock, now: () => to } })
  const run = async (job: 'transform_aggregates' | 'data_quality_checks') => {
    const { status, error } = await runJob(options, job, { full: true })
    if (status !== 'success') throw new Error(error)
  }
  await run('transform_aggregates')
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) times.push(await timeMs(() => run('data_quality_checks')))
  const { rows } = await pool.query<{ check_name: string; ms: number }>(
    `select check_name, percentile_cont(0.5) within group (order by duration_ms) as ms from data_quality_checks
     group by check_name order by ms desc`,
  )
  const run_ms = median(times)
  const each = Object.fromEntries(rows.map(({ check_name, ms }) => [`${check_name}_ms`, ms]))
  return { ratio: run_ms / limitMs, limit: 1, run_ms, first_run_ms: times[0] ?? Number.NaN, ...each, facts }
}
