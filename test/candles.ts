import { dayMs, toUtcDay } from '../contract/time.ts'
import { inTransaction } from '../server/warehouse/db.ts'
import type { TestDatabase } from './database.ts'

/**
 * Inserts coins 1, 2, … in order of rank with one candle per close. null or NaN: no candle that day. The last close is
 * of the UTC day `last`. Each close is observed at the end of its day.
 */
export async function insertCloses(
  { pool }: Pick<TestDatabase, 'pool'>,
  { last, coins }: { last: string; coins: Record<string, (number | null)[]> },
): Promise<void> {
  await pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, kind, market_cap_rank, first_seen_at, last_seen_at)
     select id, left(id, 4), id, case when id like '%usd%' then 'stablecoin' else 'coin' end, position, now(), now()
     from unnest($1::text[]) with ordinality as u (id, position) order by position`,
    [Object.keys(coins)],
  )
  for (const [id, closes] of Object.entries(coins)) await writeCloses({ pool }, { id, last, closes })
}

/** Closes of `days` days. Each is `toStep(day)` (a fraction) above the one before. */
export function walk(days: number, first: number, toStep: (day: number) => number): number[] {
  const closes: number[] = []
  for (let day = 0; day < days; day += 1) closes.push((closes[day - 1] ?? first) * (1 + toStep(day)))
  return closes
}

/** Replaces the candles of a coin, in the form of `insertCloses`. */
export const writeCloses = (
  { pool }: Pick<TestDatabase, 'pool'>,
  { id, last, closes }: { id: string; last: string; closes: (number | null)[] },
): Promise<void> =>
  inTransaction(pool, async (_tx, client) => {
    const first = Date.parse(last) - (closes.length - 1) * dayMs
    const known = closes.flatMap((close, day) =>
      close === null || Number.isNaN(close) ? [] : [{ date: toUtcDay(first + day * dayMs), close }],
    )
    await client.query(
      `delete from fact_daily_ohlcv where coin_id = (select id from dim_coin where coingecko_id = $1)`,
      [id],
    )
    await client.query(
      `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
       select c.id, u.date, u.close, u.close, u.close, u.close, (u.date + 1)::timestamp at time zone 'UTC', 1
       from dim_coin c, unnest($2::date[], $3::float8[]) as u (date, close) where c.coingecko_id = $1`,
      [id, known.map(({ date }) => date), known.map(({ close }) => close)],
    )
  })
