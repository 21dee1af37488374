import { sql } from 'kysely'
import type { MarketOverview, Mover } from '../../contract/market.ts'
import { percentRange, valueRange } from '../ranges.ts'
import type { Db } from './db.ts'
import { isUnavailable } from './failures.ts'
import { inRangeOrNull } from './in-range.ts'
import { addLogos } from './logos.ts'
import { toReferencePrice } from './reference-prices.ts'

const maxMovers = 5
const toleranceMinutes = 30

type Totals = Omit<MarketOverview, 'mode' | 'top_gainers' | 'top_losers' | 'volume_change_24h_pct'> & {
  tick: string | null
}

/** Coins without a row for 24 h are in no total. */
export const isCurrent = sql<boolean>`stale_reason is distinct from 'missing'`

/**
 * Totals of the tracked coins with a row of the last 24 h. The market cap 24 h ago follows from today's and its published
 * 24h change, so totals and dominance are compared over the same coins.
 */
async function getTotals(db: Db, flatPct: number): Promise<Totals> {
  const { rows } = await sql<Totals>`
    with current as (
      select coingecko_id, price_change_24h_pct, source_updated_at, timestamp,
        ${inRangeOrNull('market_cap', valueRange)} as market_cap, ${inRangeOrNull('volume', valueRange)} as volume,
        ${inRangeOrNull('market_cap_change_24h_pct', percentRange)} as change_pct
      from mv_latest_market_data where ${isCurrent}
    ), coin as (
      select *, case when change_pct > -100 then market_cap / (1 + change_pct / 100) end as cap_then from current
    ), total as (
      select count(*)::int as active_coins, coalesce(sum(market_cap), 0) as cap, coalesce(sum(volume), 0) as volume,
        sum(market_cap) filter (where cap_then is not null) as cap_now, sum(cap_then) as cap_then,
        sum(market_cap) filter (where coingecko_id = 'bitcoin') as btc, sum(market_cap) filter (where coingecko_id = 'ethereum') as eth,
        sum(cap_then) filter (where coingecko_id = 'bitcoin') as btc_then, sum(cap_then) filter (where coingecko_id = 'ethereum') as eth_then,
        count(*) filter (where price_change_24h_pct > ${flatPct})::int as advancing,
        count(*) filter (where price_change_24h_pct < ${flatPct})::int as declining,
        max(source_updated_at) as last_updated, max(timestamp) as tick
      from coin
    )
    select active_coins, cap as total_market_cap, (cap_now / nullif(cap_then, 0) - 1) * 100 as market_cap_change_24h_pct,
      volume as total_volume_24h, btc / nullif(cap, 0) * 100 as btc_dominance, eth / nullif(cap, 0) * 100 as eth_dominance,
      case when btc_then is not null then (btc / nullif(cap_now, 0) - btc_then / nullif(cap_then, 0)) * 100 end as btc_dominance_change_24h,
      case when eth_then is not null then (eth / nullif(cap_now, 0) - eth_then / nullif(cap_then, 0)) * 100 end as eth_dominance_change_24h,
      advancing, declining, last_updated, tick
    from total`.execute(db)
  const [totals] = rows
  if (totals === undefined) throw new Error('the aggregate returned no row')
  return totals
}

/** 24h change of total volume in percent, over the coins with a fact a day before `tick`; null when there are none. */
async function findVolumeChange(db: Db, tick: string | null): Promise<number | null> {
  if (tick === null) return null
  const { rows } = await sql<{ change: number | null }>`
    with before as (
      select distinct on (coin_id) coin_id, ${inRangeOrNull('volume', valueRange)} as volume from fact_market_data
      where timestamp >= ${tick}::timestamptz - interval '24 hours' - make_interval(mins => ${toleranceMinutes})
        and timestamp <= ${tick}::timestamptz - interval '24 hours' + make_interval(mins => ${toleranceMinutes})
        and volume is not null
      order by coin_id, abs(extract(epoch from timestamp - (${tick}::timestamptz - interval '24 hours')))
    )
    select (sum(l.volume) / nullif(sum(b.volume), 0) - 1) * 100 as change
    from before b join (select coin_id, ${inRangeOrNull('volume', valueRange)} as volume from mv_latest_market_data where ${isCurrent}) l
      on l.coin_id = b.coin_id where l.volume is not null and b.volume is not null`.execute(db)
  return rows[0]?.change ?? null
}

async function listMovers(db: Db, direction: 'gainers' | 'losers', flatPct: number): Promise<Mover[]> {
  const rows = await db
    .selectFrom('mv_latest_market_data as l')
    .leftJoin('coin_image as i', 'i.coin_id', 'l.coin_id')
    .select(['l.coin_id as id', 'coingecko_id', 'symbol', 'name', 'l.image_url', 'i.hash as image_hash', 'price_usd'])
    .select((eb) => eb.ref('price_change_24h_pct').$notNull().as('price_change_24h_pct'))
    .where(isCurrent)
    .where('price_change_24h_pct', direction === 'gainers' ? '>' : '<', flatPct)
    .orderBy('price_change_24h_pct', direction === 'gainers' ? 'desc' : 'asc')
    .orderBy('l.coin_id')
    .limit(maxMovers)
    .execute()
  return (await addLogos(rows)).map((row) => ({
    ...row,
    reference_price_24h: toReferencePrice(row.price_usd, row.price_change_24h_pct),
  }))
}

/** On a cluster, a node that is down makes only this figure unknown. */
const toUnknown = (error: unknown): null => {
  if (!isUnavailable(error)) throw error
  return null
}

/**
 * Totals, 24h changes and the biggest movers of the tracked market, in USD. `flatPct`: coins above this 24h change advance,
 * those below decline; 0 in USD, otherwise the change of the currency.
 */
export async function getMarketOverview(db: Db, flatPct = 0): Promise<Omit<MarketOverview, 'mode'>> {
  const [{ tick, ...totals }, top_gainers, top_losers] = await Promise.all([
    getTotals(db, flatPct),
    listMovers(db, 'gainers', flatPct),
    listMovers(db, 'losers', flatPct),
  ])
  return {
    ...totals,
    volume_change_24h_pct: await findVolumeChange(db, tick).catch(toUnknown),
    top_gainers,
    top_losers,
  }
}
