import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

const priceSlack = 0.001
const capSlack = 0.01

/** Which tracked coins may be one and the same under two ids? */
export const duplicateCandidates: Check = {
  name: 'duplicate_candidates',
  table: 'dim_coin',
  dimension: 'uniqueness',
  severity: 'minor',
  schedule: 'hourly',
  question:
    'Which pairs of tracked coins share their symbol and either their name, or price (to 0.1%) and market cap (to 1%)?',
  unit: 'pairs',
  warning: 0,
  failed: 5,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      parts: sql`coin as (
          select c.id, c.coingecko_id, lower(c.symbol) as symbol, lower(c.name) as name, l.price_usd, l.market_cap
          from dim_coin c left join latest_market_data l on l.coin_id = c.id where c.is_tracked
        )`,
      rows: sql`select count(*) from coin`,
      faults: sql`select a.symbol, a.coingecko_id, b.coingecko_id as other_id, a.price_usd, b.price_usd as other_price_usd
        from coin a join coin b on b.symbol = a.symbol and b.id > a.id
        where a.name = b.name or abs(a.price_usd - b.price_usd) <= ${priceSlack}::float8 * a.price_usd
          and abs(a.market_cap - b.market_cap) <= ${capSlack}::float8 * a.market_cap
        order by a.id, b.id`,
    }),
}
