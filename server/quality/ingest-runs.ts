import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

/** Is the ingest down? Then what is old is old because of it. */
export const ingestRuns: Check = {
  name: 'ingest_runs',
  table: 'pipeline_runs',
  dimension: 'freshness',
  severity: 'critical',
  schedule: 'each_ingest',
  question: 'How many runs of the ingest have failed since the last one that succeeded?',
  unit: 'runs',
  warning: 0,
  failed: 2,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      parts: sql`good as (
          select id from pipeline_runs where job_id = 'ingest_market_data' and status = 'success'
          order by start_time desc limit 1
        ),
        lost as (
          select id, status, start_time, error from pipeline_runs
          where job_id = 'ingest_market_data' and status in ('failed', 'abandoned')
            and id > coalesce((select id from good), 0)
        )`,
      rows: sql`select (select count(*) from good) + (select count(*) from lost)`,
      faults: sql`select id as run_id, status, start_time, error from lost order by id desc`,
    }),
}
