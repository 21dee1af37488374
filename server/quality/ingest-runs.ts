import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

export const ingestRuns: Check = {
  name: 'ingest_runs',
  table: 'pipeline_runs',
  dimension: 'freshness',
  severity: 'critical',
  schedule: 'each_ingest',
  question: 'How many ingest runs have failed since the last success?',
  unit: 'runs',
  warning: 0,
  failed: 2,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      with: sql`last_success as (
          select id from pipeline_runs where job_id = 'ingest_market_data' and status = 'success'
          order by start_time desc limit 1
        ),
        failure as (
          select id, status, start_time, error from pipeline_runs
          where job_id = 'ingest_market_data' and status in ('failed', 'abandoned')
            and id > coalesce((select id from last_success), 0)
        )`,
      rows: sql`select (select count(*) from last_success) + (select count(*) from failure)`,
      faults: sql`select id as run_id, status, start_time, error from failure order by id desc`,
    }),
}
