import { type RawBuilder, sql } from 'kysely'
import { daySummary, startOf, toCandles } from '../warehouse/day.ts'
import { day, midnight, type Scope } from './check.ts'

const closed = 7

/** The facts of the last 7 closed UTC days, and of an hour before and after them. */
const facts = (scope: Scope): RawBuilder<unknown> => sql`(select * from fact_market_data
  where timestamp >= ${midnight(scope, closed)} - interval '1 hour' and timestamp <= ${midnight(scope)} + interval '1 hour')`

/** The coins and closed days that have an observation, as `toCandles` takes them. */
const days = (scope: Scope): RawBuilder<unknown> => sql`
  select u.coin_id, u.date, ${startOf(sql`u.date`)} as starts_at, ${startOf(sql`u.date + 1`)} as ends_at,
    s.first, s.last, s.high, s.low, s.samples, s.granularity
  from (select coin_id, date from summary union select coin_id, date - 1 from summary where first = ${startOf(sql`date`)}) u
    left join summary s on s.coin_id = u.coin_id and s.date = u.date
  where u.date >= ${day(scope, closed)} and u.date < ${day(scope)}`

/**
 * Common table expressions over the last 7 closed UTC days: `candle`, the candles; `marked`, the coins and days whose
 * candle is known to be stale; `made`, the candles that their facts give.
 */
export const candleDays = (scope: Scope): RawBuilder<unknown> => sql`
  candle as (
    select * from fact_daily_ohlcv where date >= ${day(scope, closed)} and date < ${day(scope)}
  ),
  marked as (
    select coin_id, date from stale_candle where date >= ${day(scope, closed)} and date < ${day(scope)}
  ),
  summary as materialized (
    select f.coin_id, f.date, ${daySummary} from fact_market_data f
    where f.timestamp >= ${midnight(scope, closed)} and f.timestamp <= ${midnight(scope)} group by f.coin_id, f.date
  ),
  made as materialized (${toCandles(days(scope), facts(scope))})`
