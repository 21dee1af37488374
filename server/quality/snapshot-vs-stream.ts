import { sql } from 'kysely'
import { ago, type Check, hours, toStatement, within } from './check.ts'

const span = hours(1)
/** Snapshot prices are older than the snapshot. */
const barSpan = hours(2)
const tolerance = 0.02

export const snapshotVsStream: Check = {
  name: 'batch_against_stream',
  table: 'fact_minute_ohlc',
  dimension: 'consistency',
  severity: 'major',
  schedule: 'each_ingest',
  question: 'Which snapshot prices of the last hour are more than 2% outside the stream range of the same minute?',
  unit: 'prices',
  warning: 0,
  failed: 3,
  whenEmpty: 'no_data',
  sql: (scope) =>
    toStatement({
      with: sql`pair as (
          select f.coin_id, b.minute, f.price_usd, b.low, b.high
          from fact_market_data f join fact_minute_ohlc b
            on b.coin_id = f.coin_id and b.minute = date_trunc('minute', coalesce(f.source_updated_at, f.timestamp))
          where ${within(scope, span)} and f.granularity = '10min'
            and b.minute > ${ago(scope, barSpan)} and b.minute <= ${scope.now}::timestamptz
        )`,
      rows: sql`select count(*) from pair`,
      faults: sql`select c.coingecko_id, p.minute, p.price_usd, p.low as stream_low, p.high as stream_high
        from pair p join dim_coin c on c.id = p.coin_id
        where p.price_usd > p.high * (1 + ${tolerance}::float8) or p.price_usd < p.low * (1 - ${tolerance}::float8)
        order by greatest(p.price_usd / p.high, p.low / p.price_usd) desc, p.minute`,
    }),
}
