import { sql } from 'kysely'
import { ago, type Check, hours, toStatement, within } from './check.ts'

const span = hours(24)
/** Also reads the price before the first move, even after a day without snapshots. */
const readSpan = hours(48)
const maxMove = 0.5

export const anomalyDetection: Check = {
  name: 'anomaly_detection',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'major',
  schedule: 'hourly',
  question: 'Which coins moved by more than 50% between two consecutive snapshots of the last 24 h?',
  unit: 'moves',
  warning: 0,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`pair as (
          select f.coin_id, f.timestamp, f.price_usd,
            lag(f.price_usd) over (partition by f.coin_id order by f.timestamp) as price_before
          from fact_market_data f where ${within(scope, readSpan)} and f.granularity = '10min'
        ),
        move as (select * from pair where timestamp > ${ago(scope, span)} and price_before is not null)`,
      rows: sql`select count(*) from move`,
      faults: sql`select c.coingecko_id, m.timestamp, m.price_before, m.price_usd,
          round(((m.price_usd / m.price_before - 1) * 100)::numeric, 2)::float8 as move_pct
        from move m join dim_coin c on c.id = m.coin_id
        where abs(m.price_usd - m.price_before) > ${maxMove}::float8 * m.price_before
        order by abs(m.price_usd / m.price_before - 1) desc, m.timestamp`,
    }),
}
