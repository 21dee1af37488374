import { sql } from 'kysely'
import { ago, type Check, days, toStatement } from './check.ts'

const largest = 10
/** How far back a stream is looked for: where there was none, none is missed. */
const streamSpan = days(7)
const snapshotSpan = days(1)
/** A bar is written when its minute is over. */
const slack = '2 minutes'

/** Do live prices still come? Counted in snapshots, so that a night in which nothing ran is no silence. */
export const silentStream: Check = {
  name: 'silent_stream',
  table: 'fact_minute_ohlc',
  dimension: 'freshness',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'How many snapshots of the last day came after the newest minute bar of the 10 largest coins?',
  unit: 'snapshots',
  warning: 1,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      parts: sql`leader as (
          select id from dim_coin where is_tracked and market_cap_rank <= ${largest}::int
        ),
        newest as (
          select max(bar.minute) as minute from leader cross join lateral (
            select b.minute from fact_minute_ohlc b
            where b.coin_id = leader.id and b.minute > ${ago(scope, streamSpan)} and b.minute <= ${scope.now}::timestamptz
            order by b.minute desc limit 1) bar
        )`,
      rows: sql`select count(minute) from newest`,
      faults: sql`select distinct f.timestamp as snapshot, newest.minute as newest_bar
        from newest cross join leader join fact_market_data f on f.coin_id = leader.id
        where f.granularity = '10min' and f.timestamp > newest.minute + ${slack}::interval
          and f.timestamp > ${ago(scope, snapshotSpan)} and f.timestamp <= ${scope.now}::timestamptz
        order by f.timestamp desc`,
    }),
}
