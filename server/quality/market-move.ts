import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'
import { marketMovePct, robustMoves } from './robust-moves.ts'

/** A market-wide move is one event, so `robust_anomaly` excludes its coins. */
export const marketMove: Check = {
  name: 'market_move',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'minor',
  schedule: 'hourly',
  question:
    'What share of the 1,000 largest coins made an anomalous move in the same direction in one snapshot of the last hour?',
  unit: '% of coins',
  warning: marketMovePct,
  failed: null,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: robustMoves(scope),
      rows: sql`select count(*) from recent`,
      faults: sql`select timestamp, case when sign > 0 then 'up' else 'down' end as direction, coins::int, share_pct::float8
        from market where share_pct > ${marketMovePct}::float8 order by share_pct desc, timestamp`,
      observed: sql`select coalesce(max(share_pct), 0) from market`,
    }),
}
