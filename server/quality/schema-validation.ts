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
      rows: sql`select count(*) from fact_market_data f where ${within(scope, span)}`,
      faults: sql`select c.coingecko_id, f.timestamp, f.price_usd
        from fact_market_data f left join dim_coin c on c.id = f.coin_id
        where ${within(scope, span)} and (f.price_usd is null or not abs(f.price_usd) < 'Infinity')
        order by f.timestamp desc, f.coin_id`,
    }),
}
