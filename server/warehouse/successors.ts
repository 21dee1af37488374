import { sql } from 'kysely'
import type { Db } from './db.ts'

/** Maximum price difference, as a fraction of the last price of the retired coin. */
const maxPriceGap = 0.05

const normalized = (column: string) => sql`regexp_replace(lower(${sql.ref(column)}), '[^[:alnum:]]+', '', 'g')`

/**
 * Links coins retired at `tick` to their successors, in the caller's transaction, after facts and latest rows are written:
 * a source that renames an id lists the same coin as a new one. A successor was added after the retired coin's last price,
 * has the same symbol and name, ignoring case and punctuation, and a price within 5%; of several the nearest. Returns the
 * number of links.
 */
export async function linkSuccessors(tx: Db, tick: Date): Promise<number> {
  const { rows } = await sql<{ old_id: number; new_id: number }>`
    with coin as materialized (
      select c.id, c.is_tracked, c.last_seen_at, lower(c.symbol) as symbol, ${normalized('c.name')} as name,
        l.timestamp, l.price_usd
      from dim_coin c join latest_market_data l on l.coin_id = c.id
      where c.is_tracked or c.last_seen_at = ${tick}::timestamptz
    )
    select distinct on (old.id) old.id as old_id, new.id as new_id
    from coin old join coin new on new.symbol = old.symbol and new.name = old.name
    where not old.is_tracked and new.is_tracked and new.last_seen_at > old.timestamp
      and abs(new.price_usd - old.price_usd) <= ${maxPriceGap}::float8 * old.price_usd
    order by old.id, abs(new.price_usd - old.price_usd), new.id`.execute(tx)
  if (rows.length === 0) return 0
  await sql`update dim_coin c set successor_id = s.new_id, updated_at = now()
    from unnest(${rows.map(({ old_id }) => old_id)}::int[], ${rows.map(({ new_id }) => new_id)}::int[]) as s (old_id, new_id)
    where c.id = s.old_id or c.successor_id = s.old_id`.execute(tx)
  return rows.length
}
