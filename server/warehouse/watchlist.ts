import { sql } from 'kysely'
import { maxWatched } from '../../contract/lists.ts'
import type { Watchlist, WatchlistMerged } from '../../contract/watchlist.ts'
import type { Db } from './db.ts'
import { addLogos } from './logos.ts'

type StoredSuccessor = Omit<NonNullable<Watchlist['items'][number]['successor']>, 'logo_url'> & {
  image_hash: string | null
}

/** The watchlist of an account, in its order. Retired coins have the time they left and their successor, if known. */
export async function listWatchlist(db: Db, userId: number): Promise<Watchlist> {
  const items = await db
    .selectFrom('watchlist as w')
    .innerJoin('dim_coin as c', 'c.id', 'w.coin_id')
    .leftJoin('dim_coin as s', 's.id', 'c.successor_id')
    .leftJoin('coin_image as i', 'i.coin_id', 'c.id')
    .leftJoin('coin_image as si', 'si.coin_id', 's.id')
    .select([
      'w.coin_id',
      'c.coingecko_id',
      'c.symbol',
      'c.name',
      'c.image_url',
      'i.hash as image_hash',
      'w.added_at',
      'c.is_tracked',
      sql<string | null>`case when not c.is_tracked then c.last_seen_at end`.as('last_seen_at'),
      sql<StoredSuccessor | null>`case when s.id is not null then jsonb_build_object('coin_id', s.id,
        'coingecko_id', s.coingecko_id, 'symbol', s.symbol, 'name', s.name, 'image_url', s.image_url,
        'image_hash', si.hash, 'is_tracked', s.is_tracked) end`.as('successor'),
    ])
    .where('w.user_id', '=', userId)
    .orderBy('w.position')
    .orderBy('w.added_at')
    .orderBy('w.coin_id')
    .execute()
  const [coins, successors] = await Promise.all([
    addLogos(items),
    addLogos(items.flatMap(({ successor }) => successor ?? [])),
  ])
  const byId = new Map(successors.map((successor) => [successor.coin_id, successor]))
  return {
    coin_ids: items.map(({ coin_id }) => coin_id),
    items: coins.map((coin) => ({ ...coin, successor: byId.get(coin.successor?.coin_id ?? 0) ?? null })),
  }
}

/** Appends a coin to a watchlist of up to `maxWatched`. */
export async function insertWatched(
  db: Db,
  { userId, coinId }: { userId: number; coinId: number },
): Promise<'added' | 'present' | 'full'> {
  const { rows } = await sql`insert into watchlist (user_id, coin_id, position)
    select u.id, ${coinId}::int, 1 + coalesce((select max(position) from watchlist where user_id = u.id), 0)
    from users u where u.id = ${userId} and (select count(*) from watchlist where user_id = u.id) < ${maxWatched}
    for key share of u
    on conflict (user_id, coin_id) do nothing returning true`.execute(db)
  if (rows.length > 0) return 'added'
  const held = await sql<{ coins: number; present: boolean }>`
    select count(w.coin_id)::int as coins, coalesce(bool_or(w.coin_id = ${coinId}::int), false) as present
    from users u left join watchlist w on w.user_id = u.id where u.id = ${userId} group by u.id`.execute(db)
  const { coins, present } = held.rows[0] ?? { coins: maxWatched, present: false }
  if (present) return 'present'
  // With room left, the coin was removed between the two statements.
  return coins < maxWatched ? insertWatched(db, { userId, coinId }) : 'full'
}

/** Appends coins to a watchlist in their order, until it is full. The account stays locked meanwhile. */
export async function mergeWatched(db: Db, userId: number, coins: readonly string[]): Promise<WatchlistMerged> {
  const wanted = [...new Set(coins)]
  const { rows } = await sql<{ id: number; coingecko_id: string }>`
    select id, coingecko_id from dim_coin where coingecko_id = any(${wanted}::text[])`.execute(db)
  const ids = new Map(rows.map(({ id, coingecko_id }) => [coingecko_id, id]))
  const known = wanted.flatMap((coin) => ids.get(coin) ?? [])
  const nameOf = new Map(rows.map(({ id, coingecko_id }) => [id, coingecko_id]))
  const toNames = (coinIds: readonly number[]) => coinIds.flatMap((id) => nameOf.get(id) ?? [])
  return db.transaction().execute(async (tx) => {
    await sql`select id from users where id = ${userId} for update`.execute(tx)
    const held = await tx.selectFrom('watchlist').select('coin_id').where('user_id', '=', userId).execute()
    const present = new Set(held.map(({ coin_id }) => coin_id))
    const fresh = known.filter((id) => !present.has(id))
    const added = fresh.slice(0, Math.max(0, maxWatched - held.length))
    await sql`insert into watchlist (user_id, coin_id, position)
      select ${userId}::int, w.coin_id,
        w.place::int + coalesce((select max(position) from watchlist where user_id = ${userId}), 0)
      from unnest(${added}::int[]) with ordinality as w (coin_id, place)
      on conflict (user_id, coin_id) do nothing`.execute(tx)
    return {
      added: toNames(added),
      present: toNames(known.filter((id) => present.has(id))),
      full: toNames(fresh.slice(added.length)),
      unknown: wanted.filter((coin) => !ids.has(coin)),
    }
  })
}

/** Removes a coin from a watchlist; returns 0 when it was not on it. */
export async function deleteWatched(db: Db, { userId, coinId }: { userId: number; coinId: number }): Promise<number> {
  const result = await db
    .deleteFrom('watchlist')
    .where('user_id', '=', userId)
    .where('coin_id', '=', coinId)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/**
 * Moves the given coins to the front of a watchlist, in that order. Returns the coins that are not on it; if any, nothing
 * changes.
 */
export const reorderWatched = (db: Db, userId: number, coinIds: number[]): Promise<number[]> =>
  db.transaction().execute(async (tx) => {
    const rows = await tx
      .selectFrom('watchlist')
      .select('coin_id')
      .where('user_id', '=', userId)
      .orderBy('position')
      .orderBy('added_at')
      .orderBy('coin_id')
      .forUpdate()
      .execute()
    const held = rows.map(({ coin_id }) => coin_id)
    const missing = coinIds.filter((id) => !held.includes(id))
    if (missing.length > 0) return missing
    const order = [...coinIds, ...held.filter((id) => !coinIds.includes(id))]
    await sql`update watchlist w set position = o.position
      from unnest(${order}::int[]) with ordinality as o (coin_id, position)
      where w.user_id = ${userId} and w.coin_id = o.coin_id`.execute(tx)
    return []
  })
