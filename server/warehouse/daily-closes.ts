import { sql } from 'kysely'
import { dayMs } from '../../contract/time.ts'
import { hasClose } from './day.ts'
import type { Db } from './db.ts'

/** Closes and volumes in USD, one per day in order (NaN: none). */
export type DailyCloses = { closes: Float64Array; volumes: Float64Array }

/**
 * The closes (contract/day.ts) of coins on the UTC days from `from` to `to`, both included, with the 24h volume at each
 * close, in the order of `coinIds`.
 */
export async function listDailyCloses(
  db: Db,
  { coinIds, from, to }: { coinIds: number[]; from: string; to: string },
): Promise<DailyCloses[]> {
  const days = Math.max(0, (Date.parse(to) - Date.parse(from)) / dayMs + 1)
  const create = () => new Float64Array(days).fill(Number.NaN)
  const series = new Map(coinIds.map((id) => [id, { closes: create(), volumes: create() }]))
  const { rows } = await sql<{ coin_id: number; days: number[]; closes: number[]; volumes: (number | null)[] }>`
    select coin_id, array_agg(date - ${from}::date order by date) as days, array_agg(close order by date) as closes,
      array_agg(volume order by date) as volumes
    from fact_daily_ohlcv
    where coin_id = any(${coinIds}::int[]) and date >= ${from}::date and date <= ${to}::date
      and ${hasClose('fact_daily_ohlcv')}
    group by coin_id`.execute(db)
  for (const row of rows) {
    const found = series.get(row.coin_id)
    for (const [index, day] of row.days.entries()) {
      if (found === undefined) continue
      found.closes[day] = row.closes[index] ?? Number.NaN
      found.volumes[day] = row.volumes[index] ?? Number.NaN
    }
  }
  return coinIds.map((id) => series.get(id) ?? { closes: create(), volumes: create() })
}

/** The newest day with a close of one of the coins, from `from` to `to` (UTC days); null without one. */
export async function findLastCloseDay(
  db: Db,
  { coinIds, from, to }: { coinIds: number[]; from: string; to: string },
): Promise<string | null> {
  const { rows } = await sql<{ date: string | null }>`select max(date) as date from fact_daily_ohlcv
    where coin_id = any(${coinIds}::int[]) and date >= ${from}::date and date <= ${to}::date
      and ${hasClose('fact_daily_ohlcv')}`.execute(db)
  return rows[0]?.date ?? null
}

/** The largest tracked coins that are no stablecoin and no form of another asset, best rank first. */
export async function listLargestCoins(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('dim_coin')
    .select('id')
    .where('is_tracked', '=', true)
    .where('kind', '=', 'coin')
    .where('market_cap_rank', 'is not', null)
    .orderBy('market_cap_rank')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
