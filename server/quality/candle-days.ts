import { type RawBuilder, sql } from 'kysely'
import { hourMs } from '../../contract/time.ts'
import { listCandleDays, toCandles } from '../warehouse/day.ts'
import { day, midnight, type Scope, toDay } from './check.ts'

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

const days = (scope: Scope): RawBuilder<unknown> =>
  listCandleDays({ from: toDay(scope, closedDays), to: toDay(scope), where: isInTurn(sql`coin_id`) })

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
  made as materialized (${toCandles(days(scope), facts(scope))})`
