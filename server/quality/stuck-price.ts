import { sql } from 'kysely'
import { type Check, hours, toStatement, within } from './check.ts'

const largest = 20
const stuckFor = '60 minutes'
const span = hours(3)

export const stuckPrice: Check = {
  name: 'stuck_price',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'Which of the 20 largest coins, excluding stablecoins, have had the same price for 60 min or longer?',
  unit: 'coins',
  warning: 0,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`reading as (
          select f.coin_id, c.coingecko_id, f.timestamp, l.price_usd, f.price_usd = l.price_usd as is_same,
            max(f.timestamp) filter (where f.price_usd <> l.price_usd) over (partition by f.coin_id) as last_other
          from fact_market_data f join dim_coin c on c.id = f.coin_id join latest_market_data l on l.coin_id = f.coin_id
          where ${within(scope, span)} and f.granularity = '10min'
            and c.is_tracked and c.market_cap_rank <= ${largest}::int and c.kind <> 'stablecoin'
        )`,
      rows: sql`select count(*) from reading`,
      faults: sql`select coingecko_id, price_usd, min(timestamp) as since, max(timestamp) as until from reading
        where is_same and (last_other is null or timestamp > last_other)
        group by coin_id, coingecko_id, price_usd
        having max(timestamp) - min(timestamp) >= ${stuckFor}::interval
        order by min(timestamp), coin_id`,
    }),
}
