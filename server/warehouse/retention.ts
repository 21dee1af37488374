import type pg from 'pg'
import { lockMonths } from './candles.ts'
import { dropPartitionsBefore, type MayDrop } from './partitions.ts'

/**
 * Every coin and day that the facts of the month belong to has its candle, and none of them is stale: its own days, and
 * the day before and after it, which share a midnight with it.
 */
const hasItsCandles: MayDrop = async (client, month) => {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))]
  await lockMonths(
    client,
    [-2, -1, 0].map((offset) => new Date(Date.UTC(year, number + offset)).toISOString()),
  )
  const { rows } = await client.query<{ ready: boolean }>(
    `select not exists (
       select from (
         select coin_id, date from fact_market_data
         where timestamp >= $1::date::timestamp at time zone 'UTC'
           and timestamp < ($1::date + interval '1 month')::timestamp at time zone 'UTC'
         group by coin_id, date
         union select coin_id, $1::date - 1 from fact_market_data where timestamp = $1::date::timestamp at time zone 'UTC'
       ) f
       left join fact_daily_ohlcv c on c.coin_id = f.coin_id and c.date = f.date
       where c.coin_id is null
     ) and not exists (
       select from stale_candle where date >= $1::date - 1 and date <= $1::date + interval '1 month'
     ) as ready`,
    [month],
  )
  return rows[0]?.ready === true
}

/**
 * Drops the raw facts of the months that ended `retainRawDays` days before `now` or earlier, once all their candles
 * exist; the candles stay. Returns the partitions that went.
 */
export const applyRetention = (
  pool: pg.Pool,
  { retainRawDays, now }: { retainRawDays: number; now: number },
): Promise<string[]> => dropPartitionsBefore(pool, new Date(now - retainRawDays * 86_400_000), hasItsCandles)
