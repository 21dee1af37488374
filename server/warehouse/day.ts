import { type RawBuilder, sql } from 'kysely'
import { closeToleranceMs, midnightToleranceMs } from '../../contract/day.ts'
import { dayMs } from '../../contract/time.ts'

const milliseconds = (ms: number): RawBuilder<string> => sql.raw(`interval '${ms} milliseconds'`)
const maxTolerance = milliseconds(Math.max(...Object.values(midnightToleranceMs)))
/** How far from a midnight the fact `f` may be to count as its price. */
export const midnightTolerance = sql`case when f.granularity = 'daily' then ${milliseconds(midnightToleranceMs.daily)}
  when f.granularity = 'hourly' then ${milliseconds(midnightToleranceMs.hourly)} else ${milliseconds(midnightToleranceMs['10min'])} end`

/** An instant rounded down to a multiple of an interval up to a day (UTC). */
export const floorToBin = (width: RawBuilder<unknown>, instant: RawBuilder<unknown>): RawBuilder<string> =>
  sql`date_bin(${width}, ${instant}, timestamptz '2000-01-01 00:00:00+00')`

/** The first instant of a UTC day. */
export const startOf = (date: RawBuilder<unknown>): RawBuilder<string> => sql`((${date})::timestamp at time zone 'UTC')`

/** The condition that a candle of `table` has a close near enough to the end of its day. */
export const hasClose = (table: string): RawBuilder<boolean> => {
  const end = startOf(sql`${sql.ref(`${table}.date`)} + 1`)
  return sql`${sql.ref(`${table}.close_at`)} between ${end} - ${milliseconds(closeToleranceMs)} and ${end} + ${milliseconds(closeToleranceMs)}`
}

/** Aggregates over the facts `f` of a day, without its closing instant, for `toCandles`. */
export const daySummary = sql`min(f.timestamp) as first, max(f.timestamp) as last, max(f.price_usd) as high,
  min(f.price_usd) as low, count(f.timestamp)::int as samples, min(f.granularity) as granularity`

/**
 * The coins and UTC days from `from` to the day before `to` with an observation, for `toCandles`. A fact at midnight also
 * counts for the day that it ends. Only facts that meet `where` count.
 */
export const listCandleDays = ({
  from,
  to,
  where = sql<boolean>`true`,
}: {
  from: string
  to: string
  where?: RawBuilder<boolean>
}): RawBuilder<unknown> => {
  const midnights: string[] = []
  for (let at = Date.parse(from) + dayMs; at <= Date.parse(to); at += dayMs) midnights.push(new Date(at).toISOString())
  return sql`select f.coin_id, f.date, ${startOf(sql`f.date`)} as starts_at, ${startOf(sql`f.date + 1`)} as ends_at, ${daySummary}
    from (
      select coin_id, date, timestamp, price_usd, granularity from fact_market_data
      where timestamp >= ${`${from}T00:00:00Z`}::timestamptz and timestamp < ${`${to}T00:00:00Z`}::timestamptz and ${where}
      union all
      select coin_id, date - 1, null, null, null from fact_market_data
      where timestamp = any(${midnights}::timestamptz[]) and ${where}
    ) f group by f.coin_id, f.date`
}

/** The columns of `toCandles`, in the order of its select. */
export const candleColumns = sql`coin_id, date, open, high, low, close, volume, close_at, granularity, samples`

/**
 * The candles of coins and UTC days by the definition in contract/day.ts. `days` gives coin_id, date, starts_at, ends_at
 * and the `daySummary` of [starts_at, ends_at), its columns null without a fact; `facts` holds the facts of these days
 * and of an hour before and after them. USD. A day without an observation gives no row.
 */
export const toCandles = (days: RawBuilder<unknown>, facts: RawBuilder<unknown>): RawBuilder<unknown> => {
  const atMidnight = (midnight: RawBuilder<unknown>) => sql`(select f.timestamp from ${facts} f
    where f.coin_id = d.coin_id and f.timestamp >= ${midnight} - ${maxTolerance} and f.timestamp <= ${midnight} + ${maxTolerance}
      and f.timestamp >= ${midnight} - ${midnightTolerance} and f.timestamp <= ${midnight} + ${midnightTolerance}
    order by abs(extract(epoch from f.timestamp - ${midnight})), f.timestamp limit 1)`
  /** The limit keeps the planner from joining all facts of the coin first. */
  const factAt = (instant: RawBuilder<unknown>) => sql`(select f.timestamp, f.price_usd, f.volume, f.granularity
    from ${facts} f where f.coin_id = d.coin_id and f.timestamp = ${instant} limit 1)`
  const [starts, ends] = [sql`d.starts_at`, sql`d.ends_at`]
  return sql`
    select d.coin_id, d.date, o.price_usd as open, greatest(d.high, o.price_usd, c.price_usd) as high,
      least(d.low, o.price_usd, c.price_usd) as low, c.price_usd as close,
      coalesce(c.volume, (select f.volume from ${facts} f where f.coin_id = d.coin_id and f.timestamp >= d.starts_at
        and f.timestamp <= d.ends_at and f.volume is not null order by f.timestamp desc limit 1)) as volume,
      c.timestamp as close_at, least(d.granularity, o.granularity, c.granularity) as granularity,
      coalesce(d.samples, 0) + (d.ended_at is not null)::int + (o.timestamp < d.starts_at)::int
        + (c.timestamp > d.ends_at)::int as samples
    from (
        select d.*, e.timestamp as ended_at,
          case when d.first = d.starts_at then d.first else coalesce(${atMidnight(starts)}, d.first, e.timestamp) end as open_at,
          coalesce(e.timestamp, ${atMidnight(ends)}, d.last) as close_at
        from (${days}) d left join ${facts} e on e.coin_id = d.coin_id and e.timestamp = d.ends_at
        where d.samples > 0 or e.timestamp is not null
      ) d
      cross join lateral ${factAt(sql`d.open_at`)} o
      cross join lateral ${factAt(sql`d.close_at`)} c`
}
