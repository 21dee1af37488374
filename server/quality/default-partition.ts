import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

export const defaultPartition: Check = {
  name: 'default_partition',
  table: 'fact_market_data',
  dimension: 'integrity',
  severity: 'minor',
  schedule: 'hourly',
  question: 'Which facts are in the default partition instead of a monthly one?',
  unit: 'facts',
  warning: 0,
  failed: null,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      rows: sql`select (select count(*) from latest_market_data) + (select count(*) from fault)`,
      faults: sql`select coin_id, timestamp from fact_market_data_default order by timestamp`,
    }),
}
