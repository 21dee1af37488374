import { sql } from 'kysely'
import type { CoinOhlcv } from '../../contract/charts.ts'
import { type Granularity, granularityMs, toChangePct } from '../../contract/day.ts'
import { floorToInterval, type Interval, intervalMs } from '../../contract/intervals.ts'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import { listCandles, listOpenCandles } from './charts.ts'
import { floorToBin } from './day.ts'
import type { Db } from './db.ts'

type Candle = CoinOhlcv['candles'][number]
type Candles = Pick<CoinOhlcv, 'candles' | 'in_progress'>
/** Candles that open in [from, to), in ms since 1970. */
type Range = { coinId: number; from: number; to: number }

const at = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`
/** The day of the first midnight at or after an instant. */
const toDay = (ms: number): string => toUtcDay(Math.ceil(ms / dayMs) * dayMs)

/** The facts that count for an interval: at least one of their grid is expected in each candle. */
const listGrids = (widthMs: number): Granularity[] =>
  (Object.keys(granularityMs) as Granularity[]).filter(
    (granularity) => granularity !== 'daily' && granularityMs[granularity] <= widthMs,
  )

/**
 * The candles of a coin for an interval shorter than a day, oldest first, in USD: each from the minute candles of the stream or
 * from the facts, whichever has more observations in it. Intervals without an observation are left out. `change_pct`: close
 * to close of adjacent candles.
 */
export async function listShortCandles(
  db: Db,
  { coinId, interval, from, to }: Range & { interval: Exclude<Interval, '1d' | '1w'> },
): Promise<Candle[]> {
  const width = sql`make_interval(mins => ${intervalMs[interval] / intervalMs['1m']}::int)`
  const grids = listGrids(intervalMs[interval])
  const { rows } = await sql<Candle>`
    select (opens at time zone 'UTC')::date as date, opens as timestamp, open, high, low, close, null::float8 as volume,
      samples, null::timestamptz as close_at, null::text as granularity,
      case when lag(opens) over (order by opens) = opens - ${width}
        then (close / lag(close) over (order by opens) - 1) * 100 end as change_pct
    from (
      select distinct on (opens) opens, open, high, low, close, samples
      from (
        select opens, is_stream, (array_agg(open order by at))[1] as open, max(high) as high, min(low) as low,
          (array_agg(close order by at desc))[1] as close, sum(samples)::int as samples, count(*) as observations
        from (
          select ${floorToBin(width, sql`minute`)} as opens, true as is_stream, minute as at, open, high, low, close,
            ticks as samples
          from fact_minute_ohlc where coin_id = ${coinId} and minute >= ${at(from)} and minute < ${at(to)}
          union all
          select ${floorToBin(width, sql`timestamp`)}, false, timestamp, price_usd, price_usd, price_usd, price_usd, 1
          from fact_market_data where coin_id = ${coinId} and timestamp >= ${at(from)} and timestamp < ${at(to)}
            and granularity::text = any(${grids}::text[])
        ) observation
        group by opens, is_stream
      ) part
      order by opens, observations desc, is_stream desc
    ) candle
    order by timestamp`.execute(db)
  return rows
}

/** Daily candles that open in a range: closed days, and those in progress at `now` (ms since 1970). */
export async function listDailyRange(db: Db, { coinId, from, to, now }: Range & { now: number }): Promise<Candles> {
  const candles = await listCandles(db, { coinId, from: toDay(from), to: toDay(to) })
  const isIn = ({ timestamp }: Candle) => Date.parse(timestamp) >= from && Date.parse(timestamp) < to
  return { candles, in_progress: (await listOpenCandles(db, { coinId, now, closed: candles })).filter(isIn) }
}

/** The weeks of a coin that open in a range, from its daily candles; a week has the close of its last known day. */
async function listWeeks(db: Db, { coinId, from, to }: Range): Promise<Candle[]> {
  const { rows } = await sql<Candle>`
    select opens::date as date, opens at time zone 'UTC' as timestamp, open, high, low, close, volume, samples, close_at,
      granularity, case when lag(opens) over (order by opens) = opens - interval '7 days'
        then (close / lag(close) over (order by opens) - 1) * 100 end as change_pct
    from (
      select date_trunc('week', date::timestamp) as opens, (array_agg(open order by date))[1] as open, max(high) as high,
        min(low) as low, (array_agg(close order by date desc))[1] as close, sum(volume) as volume,
        sum(samples)::int as samples, max(close_at) as close_at, min(granularity)::text as granularity
      from fact_daily_ohlcv
      where coin_id = ${coinId} and date >= ${toUtcDay(from)}::date and date < ${toUtcDay(to)}::date
      group by 1
    ) week
    order by opens`.execute(db)
  return rows
}

/** One candle of several days, the first of which opens it. */
const joinDays = (days: Candle[], opens: number): Candle[] => {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return []
  const volumes = days.flatMap(({ volume }) => volume ?? [])
  return [
    {
      ...last,
      date: toUtcDay(opens),
      timestamp: new Date(opens).toISOString().replace('.000Z', 'Z'),
      open: first.open,
      high: Math.max(...days.map(({ high }) => high)),
      low: Math.min(...days.map(({ low }) => low)),
      volume: volumes.length === 0 ? null : volumes.reduce((sum, volume) => sum + volume, 0),
      samples: days.reduce((sum, { samples }) => sum + samples, 0),
      change_pct: null,
    },
  ]
}

/** Weekly candles that open in a range, from Monday 00:00 UTC: closed weeks, and those in progress at `now`. */
export async function listWeeklyRange(db: Db, { coinId, from, to, now }: Range & { now: number }): Promise<Candles> {
  const week = intervalMs['1w']
  const [first, end] = [from, to].map((edge) => floorToInterval(edge + week - 1, week)) as [number, number]
  const open = await listDailyRange(db, { coinId, from: floorToInterval(now - dayMs, week), to: end, now })
  const firstOpen =
    open.in_progress[0] === undefined ? end : floorToInterval(Date.parse(open.in_progress[0].timestamp), week)
  const candles = await listWeeks(db, { coinId, from: first, to: Math.min(end, firstOpen) })
  const days = [...open.candles, ...open.in_progress].filter(({ timestamp }) => Date.parse(timestamp) >= first)
  const starts = [...new Set(days.map(({ timestamp }) => floorToInterval(Date.parse(timestamp), week)))]
  const inProgress = starts
    .filter((opens) => opens >= firstOpen)
    .flatMap((opens) =>
      joinDays(
        days.filter(({ timestamp }) => floorToInterval(Date.parse(timestamp), week) === opens),
        opens,
      ),
    )
  for (const [index, candle] of inProgress.entries()) {
    const before = index === 0 ? candles.at(-1) : inProgress[index - 1]
    if (before !== undefined && Date.parse(candle.timestamp) - Date.parse(before.timestamp) === week)
      candle.change_pct = toChangePct(candle.close, before.close)
  }
  return { candles, in_progress: inProgress }
}
