import { type RawBuilder, sql } from 'kysely'
import { hourMs } from '../../contract/time.ts'
import { daySummary, startOf, toCandles } from '../warehouse/day.ts'
import { day, midnight, type Scope } from './check.ts'

const closedDays = 7
/** Recomputing the candles of more coins takes too long for one run, so the hours take turns: 18,000 coins in 3 days. */
const coinsPerHour = 250

/** The id before those of this hour. Adjacent ids have their facts in the same pages. */
const turn = ({ now }: Scope): RawBuilder<unknown> => sql`
  select ${coinsPerHour}::int * (${Math.floor(Date.parse(now) / hourMs)}::int % ceil(max(id) / ${coinsPerHour}::float8)::int) as after
  from dim_coin`

/** The condition that a coin id is one of this hour. */
const isInTurn = (id: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`${id} > (select after from turn) and ${id} <= (select after from turn) + ${coinsPerHour}::int`

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
 * Common table expressions over the last 7 closed UTC days of the coins of this hour: `candle`, the stored candles;
 * `marked`, the coins and days in stale_candle; `made`, candles recomputed from facts.
 */
export const candleDays = (scope: Scope): RawBuilder<unknown> => sql`
  turn as materialized (${turn(scope)}),
  candle as (
    select * from fact_daily_ohlcv
    where ${isInTurn(sql`coin_id`)} and date >= ${day(scope, closedDays)} and date < ${day(scope)}
  ),
  marked as (
    select coin_id, date from stale_candle
    where ${isInTurn(sql`coin_id`)} and date >= ${day(scope, closedDays)} and date < ${day(scope)}
  ),
  summary as materialized (
    select f.coin_id, f.date, ${daySummary} from fact_market_data f
    where ${isInTurn(sql`f.coin_id`)} and f.timestamp >= ${midnight(scope, closedDays)} and f.timestamp <= ${midnight(scope)}
    group by f.coin_id, f.date
  ),
  made as materialized (${toCandles(days(scope), facts(scope))})`
