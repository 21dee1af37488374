import { sql } from 'kysely'
import type { ChartInterval } from '../../contract/coingecko-charts.ts'
import { dayMs } from '../../contract/time.ts'
import { hasClose, midnightTolerance, startOf } from './day.ts'
import type { Db } from './db.ts'

/** A coin at an instant (`at`: ms since 1970), in USD. Null: unknown. */
export type Point = { at: number; price_usd: number; market_cap: number | null; volume: number | null }

type Range = { coinId: number; from: number; to: number }

const ms = (column: string) => sql`(extract(epoch from ${sql.ref(column)}) * 1000)::float8`
const point = sql`${ms('f.timestamp')} as at, f.price_usd, f.market_cap, f.volume`
const facts = ({ coinId, from, to }: Range) => sql`from fact_market_data f where f.coin_id = ${coinId}
  and f.timestamp >= ${new Date(from)}::timestamptz and f.timestamp <= ${new Date(to)}::timestamptz`

/** The start of what the warehouse knows of a coin, in ms since 1970. */
export async function findFirstInstant(db: Db, coinId: number): Promise<number> {
  const { rows } = await sql<{ at: number }>`select ${ms('first')} as at from (select least(
      (select first_seen_at from dim_coin where id = ${coinId}),
      (select min(covered_from) from history_coverage where coin_id = ${coinId}),
      (select ${startOf(sql`min(date)`)} from fact_daily_ohlcv where coin_id = ${coinId})) as first) known`.execute(db)
  return rows[0]?.at ?? 0
}

/** Observations of a coin within a range, oldest first, on a grid. */
export function listPoints(db: Db, range: Range, interval: ChartInterval): Promise<Point[]> {
  if (interval === 'daily') return listMidnights(db, range)
  return interval === 'hourly' ? listHours(db, range) : listAll(db, range)
}

async function listAll(db: Db, range: Range): Promise<Point[]> {
  const { rows } = await sql<Point>`select ${point} ${facts(range)} order by f.timestamp`.execute(db)
  return rows
}

/** The newest observation of each hour; an hour ends at the full hour. */
async function listHours(db: Db, range: Range): Promise<Point[]> {
  const { rows } = await sql<Point>`select at, price_usd, market_cap, volume from (
      select distinct on (ceil(extract(epoch from f.timestamp) / 3600)) ${point}
      ${facts(range)} order by ceil(extract(epoch from f.timestamp) / 3600), f.timestamp desc) hour order by at`.execute(
    db,
  )
  return rows
}

/**
 * The observation at each midnight by contract/day.ts, with the time of that midnight. Where its facts were dropped, the close
 * of the day before.
 */
async function listMidnights(db: Db, { coinId, from, to }: Range): Promise<Point[]> {
  const [first, last] = [Math.ceil(from / dayMs) * dayMs, Math.floor(to / dayMs) * dayMs].map((at) => new Date(at))
  const { rows } = await sql<Point>`
    select ${ms('midnight')} as at, coalesce(f.price_usd, o.close) as price_usd, f.market_cap,
      case when f.price_usd is null then o.volume else f.volume end as volume
    from generate_series(${first}::timestamptz, ${last}::timestamptz, interval '1 day') as midnight
      left join lateral (select f.price_usd, f.market_cap, f.volume from fact_market_data f
        where f.coin_id = ${coinId} and f.timestamp >= midnight - interval '1 hour' and f.timestamp <= midnight + interval '1 hour'
          and abs(extract(epoch from f.timestamp - midnight)) <= extract(epoch from ${midnightTolerance})
        order by abs(extract(epoch from f.timestamp - midnight)), f.timestamp limit 1) f on true
      left join fact_daily_ohlcv o on o.coin_id = ${coinId} and o.date = (midnight at time zone 'UTC')::date - 1
        and ${hasClose('o')}
    where f.price_usd is not null or o.close is not null
    order by midnight`.execute(db)
  return rows
}

/** The newest observation of a coin up to an instant, of the day before it. */
export async function findNewest(db: Db, { coinId, to }: { coinId: number; to: number }): Promise<Point | undefined> {
  const { rows } = await sql<Point>`select ${point} ${facts({ coinId, from: to - dayMs, to })}
    order by f.timestamp desc limit 1`.execute(db)
  return rows[0]
}

/** A stored daily candle. `at`: the end of its day in ms since 1970. USD. */
export type DayCandle = { at: number; open: number; high: number; low: number; close: number }

/** The stored candles of the days that end within a range, oldest first. */
export async function listDayCandles(db: Db, { coinId, from, to }: Range): Promise<DayCandle[]> {
  const end = startOf(sql`date + 1`)
  const { rows } = await sql<DayCandle>`select (extract(epoch from ${end}) * 1000)::float8 as at, open, high, low, close
    from fact_daily_ohlcv where coin_id = ${coinId} and ${end} > ${new Date(from)}::timestamptz
      and ${end} <= ${new Date(to)}::timestamptz order by date`.execute(db)
  return rows
}
