import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

export const completeness: Check = {
  name: 'completeness',
  table: 'fact_market_data',
  dimension: 'completeness',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'Which tracked coins are missing from the latest snapshot?',
  unit: '% of tracked coins',
  warning: 0,
  failed: 10,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      with: sql`newest as (select max(timestamp) as tick from latest_market_data)`,
      rows: sql`select count(*) from dim_coin where is_tracked`,
      faults: sql`select c.coingecko_id, l.timestamp as last_in_snapshot
        from dim_coin c cross join newest left join latest_market_data l on l.coin_id = c.id
        where c.is_tracked and (l.timestamp is null or l.timestamp <> newest.tick)
        order by c.market_cap_rank nulls last, c.id`,
      observed: sql`select 100.0 * (select count(*) from fault) / nullif(count(*), 0) from dim_coin where is_tracked`,
    }),
}
