import { sql } from 'kysely'
import { type Check, days, toStatement, within } from './check.ts'

const span = days(7)

export const referentialIntegrity: Check = {
  name: 'referential_integrity',
  table: 'fact_market_data',
  dimension: 'integrity',
  severity: 'critical',
  schedule: 'hourly',
  question: 'Which facts of the last 7 days have no row in dim_coin or dim_time?',
  unit: 'facts',
  warning: null,
  failed: 0,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      rows: sql`select count(*) from fact_market_data f where ${within(scope, span)}`,
      faults: sql`select f.coin_id, f.timestamp,
          case when c.id is null then 'dim_coin' else 'dim_time' end as missing_from
        from fact_market_data f left join dim_coin c on c.id = f.coin_id left join dim_time t on t.date = f.date
        where ${within(scope, span)} and (c.id is null or t.date is null)
        order by f.timestamp desc, f.coin_id`,
    }),
}
