import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

export const staleCoins: Check = {
  name: 'stale_coins',
  table: 'fact_market_data',
  dimension: 'freshness',
  severity: 'minor',
  schedule: 'each_ingest',
  question:
    'Which tracked coins have had no accepted row (missing) or no price update from the source (frozen) for 24 h?',
  unit: '% of tracked coins',
  warning: 0,
  failed: 10,
  whenEmpty: 'no_data',
  sql: () =>
    toStatement({
      rows: sql`select count(*) from mv_latest_market_data`,
      faults: sql`select coingecko_id, stale_reason as reason, stale_since as since from mv_latest_market_data
        where stale_reason is not null order by stale_since, coin_id`,
      observed: sql`select 100.0 * (select count(*) from fault) / nullif(count(*), 0) from mv_latest_market_data`,
    }),
}
