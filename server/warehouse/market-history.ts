import { sql } from 'kysely'
import type { MarketHistory } from '../../contract/market.ts'
import { valueRange } from '../ranges.ts'
import type { Db } from './db.ts'
import { inRangeOrNull } from './in-range.ts'

const minShare = 0.9
const maxGapHours = 3

type Point = MarketHistory['points'][number]

/**
 * Totals in USD of the tracked coins at each full hour of the last `days` up to the newest snapshot, all over the same
 * coins: those with a fact at least every 3 h from the first point on. An hour without a fact repeats the last one. The
 * first point is the earliest since which these coins hold 90% of today's market cap.
 */
export async function getMarketHistory(db: Db, { days }: { days: number }): Promise<MarketHistory> {
  const newest = await db
    .selectFrom('mv_latest_market_data')
    .select(sql<string | null>`date_trunc('hour', max(timestamp), 'UTC')`.as('hour'))
    .executeTakeFirst()
  const to = newest?.hour ?? null
  if (to === null) return { coins: 0, market_cap_share_pct: null, points: [] }
  const rows = await listTotals(db, { to, days })
  const last = rows.at(-1)
  const points = rows.map(({ coins: _, share: __, ...point }) => point)
  return { coins: last?.coins ?? 0, market_cap_share_pct: last?.share ?? null, points }
}

async function listTotals(
  db: Db,
  { to, days }: { to: string; days: number },
): Promise<(Point & { coins: number; share: number })[]> {
  const end = sql`${to}::timestamptz`
  const dominance = (id: string) =>
    sql`sum(f.market_cap) filter (where l.coingecko_id = ${id}) / sum(f.market_cap) * 100`
  const { rows } = await sql<Point & { coins: number; share: number }>`
    with fact as materialized (
      select coin_id, timestamp, market_cap, volume,
        coalesce(lead(timestamp) over (partition by coin_id order by timestamp), ${end} + interval '1 hour') as until
      from fact_market_data
      where timestamp >= ${end} - make_interval(days => ${days}) and timestamp <= ${end}
        and timestamp = date_trunc('hour', timestamp, 'UTC')
        and ${inRangeOrNull('market_cap', valueRange)} is not null and ${inRangeOrNull('volume', valueRange)} is not null
    ), coin as (
      select coin_id, coalesce(max(until) filter (where until > timestamp + make_interval(hours => ${maxGapHours}::int)),
        min(timestamp)) as since
      from fact group by coin_id
    ), latest as (
      select coin_id, coingecko_id, market_cap, market_cap / sum(market_cap) over () as share
      from mv_latest_market_data
      where stale_reason is distinct from 'missing' and ${inRangeOrNull('market_cap', valueRange)} is not null
    ), known as (
      select coin_id, coingecko_id, since, share, sum(share) over (order by since) as reach from coin join latest using (coin_id)
    ), chosen as (
      select *, min(since) filter (where reach >= ${minShare}) over () as start from known
    )
    select hour as timestamp, sum(f.market_cap) as market_cap, sum(f.volume) as volume,
      ${dominance('bitcoin')} as btc_dominance, ${dominance('ethereum')} as eth_dominance,
      count(*)::int as coins, sum(l.share) * 100 as share
    from chosen l join fact f on f.coin_id = l.coin_id,
      lateral generate_series(greatest(f.timestamp, l.start), f.until - interval '1 hour', interval '1 hour') as hour
    where l.since <= l.start group by hour order by hour`.execute(db)
  return rows
}
