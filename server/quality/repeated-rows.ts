import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

/** A few duplicates are normal: the source caches each page separately, and coins move between pages. */
export const repeatedRows: Check = {
  name: 'repeated_rows',
  table: 'fact_market_data',
  dimension: 'uniqueness',
  severity: 'minor',
  schedule: 'each_ingest',
  question: 'What share of the rows in the latest ingest are duplicates?',
  unit: '% of rows read',
  warning: 2,
  failed: 20,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      with: sql`latest as (
          select id as run_id, (details ->> 'repeated')::int as repeated, records_read as taken from pipeline_runs
          where job_id = 'ingest_market_data' and status = 'success' order by start_time desc limit 1
        )`,
      rows: sql`select coalesce(sum(taken), 0) from latest where repeated is not null`,
      faults: sql`select run_id, repeated, taken from latest where repeated > 0`,
      observed: sql`select 100.0 * repeated / nullif(taken, 0) from latest`,
    }),
}
