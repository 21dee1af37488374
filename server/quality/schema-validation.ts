import { sql } from 'kysely'
import { type Check, hours, toStatement, within } from './check.ts'

const span = hours(1)

export const schemaValidation: Check = {
  name: 'schema_validation',
  table: 'fact_market_data',
  dimension: 'validity',
  severity: 'critical',
  schedule: 'each_ingest',
  question: 'Which prices of the last hour are null or not finite?',
  unit: 'prices',
  warning: 0,
  failed: 5,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`recent as materialized (
          select f.coin_id, f.timestamp, f.price_usd from fact_market_data f where ${within(scope, span)}
        )`,
      rows: sql`select count(*) from recent`,
      faults: sql`select c.coingecko_id, r.timestamp, r.price_usd
        from recent r left join dim_coin c on c.id = r.coin_id
        where r.price_usd is null or not abs(r.price_usd) < 'Infinity'
        order by r.timestamp desc, r.coin_id`,
    }),
}
