import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

/** Which tracked coins have figures that are older than 24 h, while the market goes on? */
export const staleCoins: Check = {
  name: 'stale_coins',
  table: 'fact_market_data',
  dimension: 'freshness',
  severity: 'minor',
  schedule: 'each_ingest',
  question:
    'Which tracked coins have had no accepted row for 24 h (missing), or a price that CoinGecko has not updated for 24 h (frozen)?',
  unit: '% of the tracked coins',
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
