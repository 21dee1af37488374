import { sql } from 'kysely'
import { largestCoins, selectNewestMinute } from '../warehouse/minute-bars.ts'
import { ago, type Check, days, toStatement } from './check.ts'

/** A stream that has been off for longer is not reported. */
const streamSpan = days(7)
const snapshotSpan = days(1)
/** A candle is written after its minute has ended. */
const tolerance = '2 minutes'

/** Counts snapshots, so downtime of CryptoFlow does not count. */
export const silentStream: Check = {
  name: 'silent_stream',
  table: 'fact_minute_ohlc',
  dimension: 'freshness',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'How many snapshots of the last day are newer than the latest 1-minute candle of the 10 largest coins?',
  unit: 'snapshots',
  warning: 1,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`newest as (
          select ${selectNewestMinute(ago(scope, streamSpan), sql`${scope.now}::timestamptz`)} as minute
        )`,
      rows: sql`select count(minute) from newest`,
      faults: sql`select distinct f.timestamp as snapshot, newest.minute as newest_bar
        from newest cross join ${largestCoins} coin join fact_market_data f on f.coin_id = coin.id
        where f.granularity = '10min' and f.timestamp > newest.minute + ${tolerance}::interval
          and f.timestamp > ${ago(scope, snapshotSpan)} and f.timestamp <= ${scope.now}::timestamptz
        order by f.timestamp desc`,
    }),
}
