import { sql } from 'kysely'
import { ago, type Check, hours, toStatement, within } from './check.ts'

const span = hours(1)

/** Which rows of the last hour did the warehouse refuse? */
export const refusedRows: Check = {
  name: 'refused_rows',
  table: 'quarantine_market_data',
  dimension: 'validity',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'Which rows that the upstream sent in the last hour broke a rule and were refused?',
  unit: 'rows',
  warning: 0,
  failed: 5,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      parts: sql`refused as (
          select coingecko_id, rule, tick from quarantine_market_data
          where tick > ${ago(scope, span)} and tick <= ${scope.now}::timestamptz
        )`,
      rows: sql`select (select count(*) from refused)
        + (select count(*) from fact_market_data f where ${within(scope, span)})`,
      faults: sql`select coingecko_id, rule, max(tick) as tick, count(*)::int as times from refused
        group by coingecko_id, rule order by max(tick) desc, coingecko_id`,
      observed: sql`select count(*) from refused`,
    }),
}
