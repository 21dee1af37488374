import { sql } from 'kysely'
import { type Check, toStatement } from './check.ts'

const largest = 100

export const staleUpstream: Check = {
  name: 'stale_upstream',
  table: 'fact_market_data',
  dimension: 'freshness',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'What is the median age of the prices of the 100 largest coins in the latest snapshot (by last_updated)?',
  unit: 'minutes',
  warning: 15,
  failed: 60,
  whenEmpty: 'no_data',
  foldsUnder: 'ingest_runs',
  sql: () =>
    toStatement({
      with: sql`newest as (select max(timestamp) as tick from latest_market_data),
        stamp as (
          select c.coingecko_id, l.source_updated_at,
            extract(epoch from l.timestamp - l.source_updated_at)::float8 / 60 as minutes_behind
          from latest_market_data l join dim_coin c on c.id = l.coin_id cross join newest
          where l.timestamp = newest.tick and c.is_tracked and c.market_cap_rank <= ${largest}::int
            and l.source_updated_at is not null
        )`,
      rows: sql`select count(*) from stamp`,
      faults: sql`select coingecko_id, source_updated_at, minutes_behind from stamp
        where minutes_behind > 0 order by minutes_behind desc, coingecko_id`,
      observed: sql`select percentile_cont(0.5) within group (order by minutes_behind) from stamp`,
    }),
}
