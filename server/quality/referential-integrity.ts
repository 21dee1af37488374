import { sql } from 'kysely'
import { type Check, hours, toStatement, within } from './check.ts'

const span = hours(2)

export const referentialIntegrity: Check = {
  name: 'referential_integrity',
  table: 'fact_market_data',
  dimension: 'integrity',
  severity: 'critical',
  schedule: 'hourly',
  question: 'Which facts of the last 2 h, or latest rows of coins, have no row in dim_coin or dim_time?',
  unit: 'facts',
  warning: null,
  failed: 0,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`row as (
          select f.coin_id, f.timestamp, f.date from fact_market_data f where ${within(scope, span)}
          union select coin_id, timestamp, (timestamp at time zone 'UTC')::date from latest_market_data
        )`,
      rows: sql`select count(*) from row`,
      faults: sql`select r.coin_id, r.timestamp,
          case when c.id is null then 'dim_coin' else 'dim_time' end as missing_from
        from row r left join dim_coin c on c.id = r.coin_id left join dim_time t on t.date = r.date
        where c.id is null or t.date is null
        order by r.timestamp desc, r.coin_id`,
    }),
}
