import { sql } from 'kysely'
import type { CoinHistory } from '../../contract/charts.ts'
import type { Db } from './db.ts'

/** Instants as text. `after` is not included, `from` is, `to` is not. */
export type PricePage = { coinId: number; from: string; to: string; after: string | null; limit: number }

/** Every stored price of a coin in a range, in USD, oldest first, and the last of them when there are more. */
export async function listPricePage(
  db: Db,
  { coinId, from, to, after, limit }: PricePage,
): Promise<Pick<CoinHistory, 'prices'> & { next_cursor: string | null }> {
  const { rows } = await sql<CoinHistory['prices'][number]>`select timestamp, price_usd from fact_market_data
    where coin_id = ${coinId} and timestamp >= ${from}::timestamptz and timestamp < ${to}::timestamptz
      and timestamp > ${after ?? '-infinity'}::timestamptz
    order by timestamp limit ${limit + 1}`.execute(db)
  const prices = rows.slice(0, limit)
  return { prices, next_cursor: rows.length > limit ? (prices.at(-1)?.timestamp ?? null) : null }
}
