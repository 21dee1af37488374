import { sql } from 'kysely'
import type { RunStatus } from '../../contract/pipeline.ts'
import { dayMs } from '../../contract/time.ts'
import type { Db } from './db.ts'
import { instant, selectNewestMinute } from './minute-bars.ts'

const streamSpanMs = 7 * dayMs

/** The runs of a job with one status; `rows`: rows written, `seconds`: total duration. */
export type RunCount = { job_id: string; status: RunStatus; runs: number; rows: number; seconds: number }

/** The number of runs, by job and status. */
export async function countRuns(db: Db): Promise<RunCount[]> {
  const { rows } = await sql<RunCount>`
    select job_id, status, count(*)::float8 as runs, coalesce(sum(records_processed), 0)::float8 as rows,
      coalesce(sum(extract(epoch from end_time - start_time)), 0)::float8 as seconds
    from pipeline_runs group by job_id, status order by job_id, status`.execute(db)
  return rows
}

/**
 * The time of the newest row of each table, in seconds since 1970; null when it has none. Minute bars: of the 10 largest
 * coins, within 7 days before `now` (ms since 1970). Exchange candles: the end of the newest. Daily candles: the start of the day.
 */
export async function findNewestRows(db: Db, now: number): Promise<Record<string, number | null>> {
  const { rows } = await sql<{ table: string; newest: number | null }>`
    select 'fact_market_data' as table, extract(epoch from max(timestamp))::float8 as newest from mv_latest_market_data
    union all select 'fact_minute_ohlc', extract(epoch from ${selectNewestMinute(instant(now - streamSpanMs), instant(now))})::float8
    union all select 'fact_exchange_ohlcv', extract(epoch from max(covered_to))::float8 from exchange_coverage
    union all select 'fact_daily_ohlcv', extract(epoch from max(candle.date))::float8
      from latest_market_data l join dim_coin c on c.id = l.coin_id cross join lateral (select date
        from fact_daily_ohlcv d where d.coin_id = l.coin_id order by date desc limit 1) candle where c.is_tracked
    union all select 'analytics_volatility', extract(epoch from max(computed_at))::float8 from analytics_input`.execute(
    db,
  )
  return Object.fromEntries(rows.map(({ table, newest }) => [table, newest]))
}

/** The newest price time of the source, end of a run and result of a check, in seconds since 1970; null: none. */
export async function findNewestOperations(
  db: Db,
): Promise<Record<'source' | 'pipeline_runs' | 'data_quality_checks', number | null>> {
  const { rows } = await sql<Record<'source' | 'pipeline_runs' | 'data_quality_checks', number | null>>`
    select (select extract(epoch from max(source_updated_at))::float8 from mv_latest_market_data) as source,
      (select extract(epoch from max(coalesce(end_time, heartbeat_at)))::float8 from pipeline_runs
        where start_time > now() - interval '8 days') as pipeline_runs,
      (select extract(epoch from max(executed_at))::float8 from data_quality_checks
        where executed_at > now() - interval '8 days') as data_quality_checks`.execute(db)
  return rows[0] ?? { source: null, pipeline_runs: null, data_quality_checks: null }
}
