import { sql } from 'kysely'
import { ago, type Check, hours, toStatement, within } from './check.ts'

const span = hours(1)

export const quarantinedRows: Check = {
  name: 'refused_rows',
  table: 'quarantine_market_data',
  dimension: 'validity',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'Which rows were quarantined in the last hour?',
  unit: 'rows',
  warning: 0,
  failed: 5,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`quarantined as (
          select coingecko_id, rule, tick from quarantine_market_data
          where tick > ${ago(scope, span)} and tick <= ${scope.now}::timestamptz
        )`,
      rows: sql`select (select count(*) from quarantined)
        + (select count(f.price_usd) from fact_market_data f where ${within(scope, span)})`,
      faults: sql`select coingecko_id, rule, max(tick) as tick, count(*)::int as times from quarantined
        group by coingecko_id, rule order by max(tick) desc, coingecko_id`,
      observed: sql`select count(*) from quarantined`,
    }),
}
