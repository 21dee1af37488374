import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

const priceTolerance = 0.001
const marketCapTolerance = 0.01

export const duplicateCandidates: Check = {
  name: 'duplicate_candidates',
  table: 'dim_coin',
  dimension: 'uniqueness',
  severity: 'minor',
  schedule: 'hourly',
  question: 'Which tracked coins share a symbol and either a name, or price (within 0.1%) and market cap (within 1%)?',
  unit: 'pairs',
  warning: 0,
  failed: 5,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      with: sql`coin as (
          select c.id, c.coingecko_id, lower(c.symbol) as symbol, lower(c.name) as name, l.price_usd, l.market_cap
          from dim_coin c left join latest_market_data l on l.coin_id = c.id where c.is_tracked
        )`,
      rows: sql`select count(*) from coin`,
      faults: sql`select a.symbol, a.coingecko_id, b.coingecko_id as other_id, a.price_usd, b.price_usd as other_price_usd
        from coin a join coin b on b.symbol = a.symbol and b.id > a.id
        where a.name = b.name or abs(a.price_usd - b.price_usd) <= ${priceTolerance}::float8 * a.price_usd
          and abs(a.market_cap - b.market_cap) <= ${marketCapTolerance}::float8 * a.market_cap
        order by a.id, b.id`,
    }),
}
