import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'
import { marketShare, robustMoves } from './robust-moves.ts'

/** Which single coins moved as they never do, while the market did not move with them? */
export const robustAnomaly: Check = {
  name: 'robust_anomaly',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'minor',
  schedule: 'hourly',
  question:
    'Which moves from tick to tick in the last hour are over 10% and over 12 robust standard deviations (median and MAD of 14 days), apart from moves of the market?',
  unit: 'moves',
  warning: 0,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      parts: robustMoves(scope),
      rows: sql`select count(*) from recent`,
      faults: sql`select c.coingecko_id, a.timestamp, a.price_usd, round((a.move * 100)::numeric, 2)::float8 as move_pct,
          round(a.z::numeric, 1)::float8 as z
        from anomaly a join dim_coin c on c.id = a.coin_id
        where not exists (select from market m
          where m.timestamp = a.timestamp and m.sign = a.sign and m.share_pct > ${marketShare}::float8)
        order by abs(a.move) desc, a.timestamp`,
    }),
}
