import { type RawBuilder, sql } from 'kysely'
import { daySummary, startOf, toCandles } from '../warehouse/day.ts'
import { day, midnight, type Scope } from './check.ts'

const closedDays = 7

/** The facts of the last 7 closed UTC days and one hour on either side. */
const facts = (scope: Scope): RawBuilder<unknown> => sql`(select * from fact_market_data
  where timestamp >= ${midnight(scope, closedDays)} - interval '1 hour' and timestamp <= ${midnight(scope)} + interval '1 hour')`

/** The coins and closed days with an observation, as `toCandles` expects them. */
const days = (scope: Scope): RawBuilder<unknown> => sql`
  select u.coin_id, u.date, ${startOf(sql`u.date`)} as starts_at, ${startOf(sql`u.date + 1`)} as ends_at,
    s.first, s.last, s.high, s.low, s.samples, s.granularity
  from (select coin_id, date from summary union select coin_id, date - 1 from summary where first = ${startOf(sql`date`)}) u
    left join summary s on s.coin_id = u.coin_id and s.date = u.date
  where u.date >= ${day(scope, closedDays)} and u.date < ${day(scope)}`

/**
 * Common table expressions over the last 7 closed UTC days: `candle`, the stored candles; `marked`, the coins and days in
 * stale_candle; `made`, candles recomputed from facts.
 */
export const candleDays = (scope: Scope): RawBuilder<unknown> => sql`
  candle as (
    select * from fact_daily_ohlcv where date >= ${day(scope, closedDays)} and date < ${day(scope)}
  ),
  marked as (
    select coin_id, date from stale_candle where date >= ${day(scope, closedDays)} and date < ${day(scope)}
  ),
  summary as materialized (
    select f.coin_id, f.date, ${daySummary} from fact_market_data f
    where f.timestamp >= ${midnight(scope, closedDays)} and f.timestamp <= ${midnight(scope)} group by f.coin_id, f.date
  ),
  made as materialized (${toCandles(days(scope), facts(scope))})`
