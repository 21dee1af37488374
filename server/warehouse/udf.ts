import { sql } from 'kysely'
import type { Db } from './db.ts'

/** When the last daily candle or minute of a coin before an instant opens; all in ms since 1970. Null: there is none. */
export async function findBarBefore(
  db: Db,
  { coinId, isDaily, before }: { coinId: number; isDaily: boolean; before: number },
): Promise<number | null> {
  const at = new Date(before)
  const last = isDaily
    ? sql`select date::timestamp at time zone 'UTC' as opens from fact_daily_ohlcv
        where coin_id = ${coinId} and date < (${at}::timestamptz at time zone 'UTC') order by date desc limit 1`
    : sql`select minute as opens from fact_minute_ohlc
        where coin_id = ${coinId} and minute < ${at}::timestamptz order by minute desc limit 1`
  const { rows } = await sql<{
    at: number
  }>`select (extract(epoch from opens) * 1000)::float8 as at from (${last}) bar`.execute(db)
  return rows[0]?.at ?? null
}
