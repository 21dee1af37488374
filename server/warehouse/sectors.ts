import { sql } from 'kysely'
import type { CoinKind } from '../../contract/coins.ts'
import type { Sectors } from '../../contract/market-figures.ts'
import { percentRange, valueRange } from '../ranges.ts'
import type { Db } from './db.ts'
import { inRangeOrNull } from './in-range.ts'
import { addLogos } from './logos.ts'
import { isCurrent } from './overview.ts'

const maxLeaders = 3

type Leader = Sectors[number]['leaders'][number]

/** The kinds of the tracked coins, the most coins first. */
export async function listCategories(db: Db): Promise<CoinKind[]> {
  const { rows } = await sql<{ kind: CoinKind }>`select kind from mv_latest_market_data
    group by kind order by count(*) desc, kind`.execute(db)
  return rows.map(({ kind }) => kind)
}

/**
 * Totals in USD, 24h changes and the largest coins of each kind, largest first. Market caps are compared over the same
 * coins then and now.
 */
export async function listSectors(db: Db): Promise<Sectors> {
  const { rows } = await sql<Omit<Sectors[number], 'leaders'>>`
    with coin as (
      select kind, ${inRangeOrNull('market_cap', valueRange)} as market_cap, ${inRangeOrNull('volume', valueRange)} as volume,
        ${inRangeOrNull('price_change_24h_pct', percentRange)} as change,
        ${inRangeOrNull('market_cap_change_24h_pct', percentRange)} as cap_change
      from mv_latest_market_data where ${isCurrent}
    ), compared as (
      select *, case when cap_change > -100 then market_cap / (1 + cap_change / 100) end as cap_then from coin
    )
    select kind as category, count(*)::int as coin_count, sum(market_cap) as total_market_cap, sum(volume) as total_volume,
      avg(change) as avg_change_24h,
      (sum(market_cap) filter (where cap_then is not null) / nullif(sum(cap_then), 0) - 1) * 100 as market_cap_change_24h_pct
    from compared group by kind order by sum(market_cap) desc nulls last, kind`.execute(db)
  const leaders = await listLeaders(db)
  return rows.map((row) => ({
    ...row,
    leaders: leaders.filter(({ kind }) => kind === row.category).map(({ kind: _, ...leader }) => leader),
  }))
}

async function listLeaders(db: Db): Promise<(Leader & { kind: string })[]> {
  const { rows } = await sql<Omit<Leader, 'logo_url'> & { image_hash: string | null; kind: string }>`
    select l.coin_id, l.coingecko_id, l.symbol, l.name, l.image_url, l.kind, l.price_change_24h_pct, i.hash as image_hash
    from (
      select *, row_number() over (partition by kind order by market_cap desc nulls last, coin_id) as position
      from mv_latest_market_data where ${isCurrent}
    ) l left join coin_image i on i.coin_id = l.coin_id
    where l.position <= ${maxLeaders} order by l.kind, l.position`.execute(db)
  return addLogos(rows)
}
