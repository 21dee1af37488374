import { sql } from 'kysely'
import { ago, type Check, hours, toStatement, within } from './check.ts'

const span = hours(2)
/** Also reads the price before the first move. */
const readSpan = hours(3)
/** How old that price may be after a time without snapshots. */
const gapSpan = hours(24)
const maxMove = 0.5

export const anomalyDetection: Check = {
  name: 'anomaly_detection',
  table: 'fact_market_data',
  dimension: 'plausibility',
  severity: 'major',
  schedule: 'hourly',
  question: 'Which coins moved by more than 50% between two consecutive snapshots of the last 2 h?',
  unit: 'moves',
  warning: 0,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`reading as (
          select f.coin_id, f.timestamp, f.price_usd,
            lag(f.price_usd) over (partition by f.coin_id order by f.timestamp) as price_before
          from fact_market_data f where ${within(scope, readSpan)} and f.granularity = '10min'
        ),
        after_gap as (select * from reading where price_before is null and timestamp > ${ago(scope, span)}),
        before_gap as (
          select distinct on (f.coin_id) f.coin_id, f.price_usd
          from fact_market_data f join after_gap a on a.coin_id = f.coin_id
          where f.timestamp > ${ago(scope, gapSpan)} and f.timestamp <= ${ago(scope, readSpan)} and f.granularity = '10min'
          order by f.coin_id, f.timestamp desc
        ),
        move as (
          select * from reading where price_before is not null and timestamp > ${ago(scope, span)}
          union all
          select a.coin_id, a.timestamp, a.price_usd, b.price_usd from after_gap a join before_gap b on b.coin_id = a.coin_id
        )`,
      rows: sql`select count(*) from move`,
      faults: sql`select c.coingecko_id, m.timestamp, m.price_before, m.price_usd,
          round(((m.price_usd / m.price_before - 1) * 100)::numeric, 2)::float8 as move_pct
        from move m join dim_coin c on c.id = m.coin_id
        where abs(m.price_usd - m.price_before) > ${maxMove}::float8 * m.price_before
        order by abs(m.price_usd / m.price_before - 1) desc, m.timestamp`,
    }),
}
