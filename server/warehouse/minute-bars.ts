import { type RawBuilder, sql } from 'kysely'
import type pg from 'pg'
import { dayMs } from '../../contract/time.ts'
import type { Db } from './db.ts'
import { dropPartitionsBefore, ensurePartitions } from './partitions.ts'

const table = 'fact_minute_ohlc'

/** A 1-minute candle in USD. `minute`: its start in ms since 1970. */
export type MinuteBar = {
  coin_id: number
  minute: number
  open: number
  high: number
  low: number
  close: number
  ticks: number
}

/** An instant (ms since 1970) as SQL. */
export const instant = (ms: number): RawBuilder<string> => sql`${new Date(ms).toISOString()}::timestamptz`

/** The 10 largest coins, whose prices show whether the stream works. */
export const largestCoins = sql`(select id from dim_coin where is_tracked and market_cap_rank <= 10)`

/** The minute of the newest candle of the largest coins in (from, to]. Reads the last hour first, the rest if it has none. */
export const selectNewestMinute = (from: RawBuilder<string>, to: RawBuilder<string>): RawBuilder<string | null> => {
  const newest = (start: RawBuilder<string>) => sql`(select max(minute) from fact_minute_ohlc
    where coin_id in ${largestCoins} and minute > ${start} and minute <= ${to})`
  return sql`coalesce(${newest(sql`${to} - interval '1 hour'`)}, ${newest(from)})`
}

/** An array literal: pg would take three times as long to encode the numbers. */
const toArray = (numbers: number[]): string => `{${numbers.join(',')}}`

/**
 * Writes candles, up to one per coin and minute; returns how many were written. A stored candle with more ticks stays, so
 * repeated and late writes change nothing. Highs and lows are merged. Counts returned rows: the row count of Citus includes
 * those that stay.
 */
export async function upsertMinuteBars(db: Db, bars: readonly MinuteBar[]): Promise<number> {
  const column = (name: keyof MinuteBar) => toArray(bars.map((bar) => bar[name]))
  const seconds = toArray(bars.map(({ minute }) => minute / 1000))
  const { rows } = await sql`insert into fact_minute_ohlc (coin_id, minute, open, high, low, close, ticks)
    select coin_id, to_timestamp(seconds), open, high, low, close, ticks
    from unnest(${column('coin_id')}::int[], ${seconds}::float8[], ${column('open')}::float8[],
      ${column('high')}::float8[], ${column('low')}::float8[], ${column('close')}::float8[], ${column('ticks')}::int[])
      as bar (coin_id, seconds, open, high, low, close, ticks)
    order by coin_id, seconds
    on conflict (coin_id, minute) do update set open = excluded.open,
      high = greatest(fact_minute_ohlc.high, excluded.high), low = least(fact_minute_ohlc.low, excluded.low),
      close = excluded.close, ticks = excluded.ticks
    where excluded.ticks >= fact_minute_ohlc.ticks
    returning coin_id`.execute(db)
  return rows.length
}

/** The stored candles of these coins for one minute. */
export async function listMinuteBars(
  db: Db,
  { minute, coinIds }: { minute: number; coinIds: number[] },
): Promise<MinuteBar[]> {
  const { rows } = await sql<Omit<MinuteBar, 'minute'>>`select coin_id, open, high, low, close, ticks
    from fact_minute_ohlc where minute = ${instant(minute)} and coin_id = any(${toArray(coinIds)}::int[])`.execute(db)
  return rows.map((row) => ({ ...row, minute }))
}

/** Deletes the candles in (after, upTo], in ms since 1970; returns how many. */
export async function deleteMinuteBars(db: Db, { after, upTo }: { after: number; upTo: number }): Promise<number> {
  const { numAffectedRows } = await sql`delete from fact_minute_ohlc
    where minute > ${instant(after)} and minute <= ${instant(upTo)}`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/**
 * Creates the partitions of the UTC days from `from` to the day after `now`, and drops those that ended `retainDays` days
 * before `now`; 0 keeps all. Returns the names of the dropped ones. Instants in ms since 1970.
 */
export async function keepMinutePartitions(
  pool: pg.Pool,
  { from, now, retainDays }: { from: number; now: number; retainDays: number },
): Promise<string[]> {
  await ensurePartitions(pool, { table, from: new Date(from), to: new Date(now + dayMs) })
  if (retainDays === 0) return []
  return dropPartitionsBefore(pool, new Date(now - retainDays * dayMs), async () => true, table)
}
