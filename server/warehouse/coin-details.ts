import { sql } from 'kysely'
import type { CoinDetails } from '../../contract/coin-details.ts'
import { toStorableJson } from '../text.ts'
import type { Db } from './db.ts'

/** The stored details of a coin; undefined without any. */
export async function findDetails(db: Db, coinId: number): Promise<CoinDetails | undefined> {
  const { rows } = await sql<CoinDetails>`select coin_id, description, links, categories, markets, fetched_at
    from coin_details where coin_id = ${coinId}`.execute(db)
  return rows[0]
}

/** Stores the details of a coin in place of older ones. */
export async function upsertDetails(db: Db, details: CoinDetails): Promise<void> {
  const { coin_id, description, links, categories, markets, fetched_at } = details
  await sql`insert into coin_details (coin_id, description, links, categories, markets, fetched_at)
    values (${coin_id}, ${description}, ${toStorableJson(JSON.stringify(links))}::jsonb, ${categories}::text[],
      ${toStorableJson(JSON.stringify(markets))}::jsonb, ${fetched_at}::timestamptz)
    on conflict (coin_id) do update set description = excluded.description, links = excluded.links,
      categories = excluded.categories, markets = excluded.markets, fetched_at = excluded.fetched_at`.execute(db)
}
