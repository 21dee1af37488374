import { type RawBuilder, sql } from 'kysely'
import { day, midnight, type Scope } from './check.ts'

const days = 7

/**
 * Common table expressions over the last 7 closed UTC days: `candle`, the candles; `made`, what the facts of a coin and
 * day come to; `marked`, the coins and days whose candle is known to be stale.
 */
export const candleDays = (scope: Scope): RawBuilder<unknown> => sql`
  candle as (
    select * from fact_daily_ohlcv where date >= ${day(scope, days)} and date < ${day(scope)}
  ),
  made as (
    select f.coin_id, f.date, (array_agg(f.price_usd order by f.timestamp))[1] as open, max(f.price_usd) as high,
      min(f.price_usd) as low, (array_agg(f.price_usd order by f.timestamp desc))[1] as close, count(*)::int as samples
    from fact_market_data f where f.timestamp >= ${midnight(scope, days)} and f.timestamp < ${midnight(scope)}
    group by f.coin_id, f.date
  ),
  marked as (
    select coin_id, date from stale_candle where date >= ${day(scope, days)} and date < ${day(scope)}
  )`
