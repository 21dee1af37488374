import { type RawBuilder, sql } from 'kysely'
import { day, midnight, type Scope } from './check.ts'

const closed = 7

/**
 * Common table expressions over the last 7 closed UTC days: `candle`, the candles; `marked`, the coins and days whose
 * candle is known to be stale; `made`, what the facts of a coin and day come to: `columns`, and how many they are.
 */
export const candleDays = (scope: Scope, columns: RawBuilder<unknown> = sql``): RawBuilder<unknown> => sql`
  candle as (
    select * from fact_daily_ohlcv where date >= ${day(scope, closed)} and date < ${day(scope)}
  ),
  marked as (
    select coin_id, date from stale_candle where date >= ${day(scope, closed)} and date < ${day(scope)}
  ),
  made as (
    select f.coin_id, f.date, ${columns} count(*)::int as samples from fact_market_data f
    where f.timestamp >= ${midnight(scope, closed)} and f.timestamp < ${midnight(scope)} group by f.coin_id, f.date
  )`
