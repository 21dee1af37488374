import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

export const freshness: Check = {
  name: 'freshness',
  table: 'fact_market_data',
  dimension: 'freshness',
  severity: 'critical',
  schedule: 'each_ingest',
  question: 'How old is the latest snapshot?',
  unit: 'minutes',
  warning: 30,
  failed: 60,
  whenEmpty: 'failed',
  foldsUnder: 'ingest_runs',
  sql: ({ now }) =>
    toStatement({
      rows: sql`select count(*) from latest_market_data`,
      faults: sql`select max(timestamp) as latest_snapshot from latest_market_data having count(*) > 0`,
      observed: sql`select extract(epoch from ${now}::timestamptz - latest_snapshot) / 60 from fault`,
    }),
}
