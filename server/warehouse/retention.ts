import type pg from 'pg'
import { dayMs } from '../../contract/time.ts'
import { lockMonths } from './candles.ts'
import { dropPartitionsBefore, type MayDrop } from './partitions.ts'

/**
 * Whether every coin and day with facts of the month has a candle that is not stale, including the days before and after
 * the month, which share a midnight with it.
 */
const hasAllCandles: MayDrop = async (client, month) => {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))]
  await lockMonths(
    client,
    [-2, -1, 0].map((offset) => new Date(Date.UTC(year, number + offset)).toISOString()),
  )
  const { rows } = await client.query<{ ready: boolean }>(
    `select not exists (
       select 1 from (
         select coin_id, date from fact_market_data
         where timestamp >= $1::date::timestamp at time zone 'UTC'
           and timestamp < ($1::date + interval '1 month')::timestamp at time zone 'UTC'
         group by coin_id, date
         union select coin_id, $1::date - 1 from fact_market_data where timestamp = $1::date::timestamp at time zone 'UTC'
       ) f
       left join fact_daily_ohlcv c on c.coin_id = f.coin_id and c.date = f.date
       where c.coin_id is null
     ) and not exists (
       select 1 from stale_candle where date >= $1::date - 1 and date <= $1::date + interval '1 month'
     ) as ready`,
    [month],
  )
  return rows[0]?.ready === true
}

/**
 * Drops the raw facts of months that ended at least `retainRawDays` days before `now` and have all their candles, which
 * stay. Returns the dropped partitions.
 */
export const applyRetention = (
  pool: pg.Pool,
  { retainRawDays, now }: { retainRawDays: number; now: number },
): Promise<string[]> => dropPartitionsBefore(pool, new Date(now - retainRawDays * dayMs), hasAllCandles)
