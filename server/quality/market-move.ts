import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'
import { marketShare, robustMoves } from './robust-moves.ts'

/** Did the whole market jump? Then that is one event, and no anomaly of its coins. */
export const marketMove: Check = {
  name: 'market_move',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'minor',
  schedule: 'hourly',
  question: 'Which share of the coins moved anomalously in one direction at one tick of the last hour?',
  unit: '% of the tracked coins',
  warning: marketShare,
  failed: null,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      parts: robustMoves(scope),
      rows: sql`select count(*) from recent`,
      faults: sql`select timestamp, case when sign > 0 then 'up' else 'down' end as direction, coins::int, share_pct::float8
        from market where share_pct > ${marketShare}::float8 order by share_pct desc, timestamp`,
      observed: sql`select coalesce(max(share_pct), 0) from market`,
    }),
}
