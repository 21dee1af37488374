import { sql } from 'kysely'
import type { Db } from './db.ts'

const toleranceMinutes = 30

/**
 * The tracked coins whose rolling 24h volume rose most over the 24 h up to the newest snapshot, in percent; among coins with
 * at least `minVolumeUsd` then and now.
 */
export async function listVolumeChanges(
  db: Db,
  { limit, minVolumeUsd }: { limit: number; minVolumeUsd: number },
): Promise<{ coingecko_id: string; change_pct: number }[]> {
  const { rows: newest } = await sql<{ tick: string | null }>`
    select max(timestamp) as tick from mv_latest_market_data`.execute(db)
  const tick = newest[0]?.tick
  if (!tick) return []
  const dayBefore = sql`${tick}::timestamptz - interval '24 hours'`
  const { rows } = await sql<{ coingecko_id: string; change_pct: number }>`
    with before as (
      select distinct on (coin_id) coin_id, volume from fact_market_data
      where timestamp >= ${dayBefore} - make_interval(mins => ${toleranceMinutes}::int)
        and timestamp <= ${dayBefore} + make_interval(mins => ${toleranceMinutes}::int) and volume >= ${minVolumeUsd}
      order by coin_id, abs(extract(epoch from timestamp - (${dayBefore})))
    )
    select l.coingecko_id, (l.volume / b.volume - 1) * 100 as change_pct
    from before b join mv_latest_market_data l on l.coin_id = b.coin_id
    where l.volume >= ${minVolumeUsd} and l.stale_reason is null
    order by change_pct desc, l.coin_id limit ${limit}`.execute(db)
  return rows
}
