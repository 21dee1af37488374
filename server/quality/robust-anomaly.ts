import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'
import { marketMovePct, robustMoves } from './robust-moves.ts'

export const robustAnomaly: Check = {
  name: 'robust_anomaly',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'minor',
  schedule: 'hourly',
  question:
    'Which 10-minute moves of the 1,000 largest coins in the last hour exceed 10% and 12 robust standard deviations (median and MAD over 14 days), excluding market-wide moves?',
  unit: 'moves',
  warning: 0,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: robustMoves(scope),
      rows: sql`select count(*) from recent`,
      faults: sql`select c.coingecko_id, a.timestamp, a.price_usd, round((a.move * 100)::numeric, 2)::float8 as move_pct,
          round(a.z::numeric, 1)::float8 as z
        from anomaly a join dim_coin c on c.id = a.coin_id
        where not exists (select 1 from market m
          where m.timestamp = a.timestamp and m.sign = a.sign and m.share_pct > ${marketMovePct}::float8)
        order by abs(a.move) desc, a.timestamp`,
    }),
}
