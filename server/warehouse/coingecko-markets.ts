import { type RawBuilder, sql } from 'kysely'
import type { MarketOrder } from '../../contract/coingecko-markets.ts'
import type { CoinKind } from '../../contract/coins.ts'
import { toPattern } from './coins.ts'
import type { Db } from './db.ts'

/** Which tracked coins: one of the fields, or all coins. */
export type CoinSelection =
  | { kind: CoinKind }
  | { ids: string[] }
  | { names: string[] }
  | { symbols: string[]; isTop: boolean }
  | null

/** A coin with its latest figures in USD. Null: unknown. */
export type MarketRow = {
  coin_id: number
  coingecko_id: string
  symbol: string
  name: string
  image_url: string | null
  kind: CoinKind
  market_cap_rank: number | null
  timestamp: string
  price_usd: number
  market_cap: number | null
  fully_diluted_valuation: number | null
  volume: number | null
  high_24h: number | null
  low_24h: number | null
  price_change_1h_pct: number | null
  price_change_24h_pct: number | null
  price_change_7d_pct: number | null
  market_cap_change_24h_pct: number | null
  circulating_supply: number | null
  total_supply: number | null
  max_supply: number | null
  ath: number | null
  ath_date: string | null
  atl: number | null
  atl_date: string | null
  source_updated_at: string | null
}

const columns = sql`c.id as coin_id, c.coingecko_id, c.symbol, c.name, c.image_url, c.kind, c.market_cap_rank, l.timestamp,
  l.price_usd, l.market_cap, l.fully_diluted_valuation, l.volume, l.high_24h, l.low_24h, l.price_change_1h_pct,
  l.price_change_24h_pct, l.price_change_7d_pct, l.market_cap_change_24h_pct, l.circulating_supply, c.total_supply,
  c.max_supply, c.ath, c.ath_date, c.atl, c.atl_date, l.source_updated_at`

const orders: Record<MarketOrder, RawBuilder<unknown>> = {
  market_cap_desc: sql`l.market_cap desc nulls last, c.market_cap_rank asc nulls last`,
  market_cap_asc: sql`l.market_cap asc nulls last, c.market_cap_rank desc nulls last`,
  volume_desc: sql`l.volume desc nulls last`,
  volume_asc: sql`l.volume asc nulls last`,
  id_asc: sql`c.coingecko_id collate "C" asc`,
  id_desc: sql`c.coingecko_id collate "C" desc`,
}

function toCondition(selection: CoinSelection): RawBuilder<boolean> {
  if (selection === null) return sql`true`
  if ('kind' in selection) return sql`c.kind = ${selection.kind}`
  if ('ids' in selection) return sql`c.coingecko_id = any(${selection.ids}::text[])`
  if ('names' in selection)
    return sql`lower(c.name) = any(${selection.names.map((name) => name.toLowerCase())}::text[])`
  const wanted = sql`${selection.symbols.map((symbol) => symbol.toLowerCase())}::text[]`
  if (!selection.isTop) return sql`c.symbol = any(${wanted})`
  return sql`c.id in (select distinct on (symbol) coin_id from mv_latest_market_data where symbol = any(${wanted})
    order by symbol, market_cap desc nulls last, volume desc nulls last, coin_id)`
}

/** Tracked coins with their latest figures, in order. */
export async function listMarketRows(
  db: Db,
  { selection, order, limit, offset }: { selection: CoinSelection; order: MarketOrder; limit: number; offset: number },
): Promise<MarketRow[]> {
  const { rows } = await sql<MarketRow>`select ${columns}
    from dim_coin c join latest_market_data l on l.coin_id = c.id
    where c.is_tracked and ${toCondition(selection)}
    order by ${orders[order]}, c.id limit ${limit} offset ${offset}`.execute(db)
  return rows
}

/** A coin by CoinGecko id, tracked or not, with its last figures; undefined: unknown, or without a snapshot. */
export async function findMarketRow(db: Db, id: string): Promise<MarketRow | undefined> {
  const { rows } = await sql<MarketRow>`select ${columns}
    from dim_coin c join latest_market_data l on l.coin_id = c.id where c.coingecko_id = ${id}`.execute(db)
  return rows[0]
}

/** Up to `limit` tracked coins whose name, symbol or id contains a text, largest first; exact symbols first of all. */
export async function searchMarketRows(db: Db, { text, limit }: { text: string; limit: number }): Promise<MarketRow[]> {
  const pattern = toPattern(text)
  const { rows } = await sql<MarketRow>`select ${columns}
    from dim_coin c join latest_market_data l on l.coin_id = c.id
    where c.is_tracked and (c.name ilike ${pattern} or c.symbol ilike ${pattern} or c.coingecko_id ilike ${pattern})
    order by (c.symbol = ${text.toLowerCase()}) desc, ${orders.market_cap_desc}, c.id limit ${limit}`.execute(db)
  return rows
}

/** The names of all coins by id: the tracked ones, or those that are no longer tracked. */
export const listCoinNames = (db: Db, { isTracked }: { isTracked: boolean }) =>
  db
    .selectFrom('dim_coin')
    .where('is_tracked', '=', isTracked)
    .select(['coingecko_id as id', 'symbol', 'name'])
    .orderBy('coingecko_id')
    .execute()

/**
 * The price of coins in USD so many days before their latest snapshot, as `{coin_id}:{days}`: the newest observation of the
 * day before that instant, or the close of that day where only candles are left. Unknown prices are absent.
 */
export async function listPastPrices(
  db: Db,
  { coinIds, days }: { coinIds: number[]; days: number[] },
): Promise<Map<string, number>> {
  if (coinIds.length === 0 || days.length === 0) return new Map()
  const { rows } = await sql<{ key: string; price_usd: number }>`
    select bin.coin_id || ':' || bin.days as key, coalesce(
        (select f.price_usd from fact_market_data f where f.coin_id = bin.coin_id
          and f.timestamp <= bin.instant and f.timestamp > bin.instant - interval '1 day' order by f.timestamp desc limit 1),
        (select o.close from fact_daily_ohlcv o where o.coin_id = bin.coin_id
          and o.date = (bin.instant at time zone 'UTC')::date - 1)) as price_usd
    from (select coin_id, days, timestamp - make_interval(days => days) as instant
      from latest_market_data, unnest(${days}::int[]) as days where coin_id = any(${coinIds}::int[])) bin`.execute(db)
  return new Map(rows.filter(({ price_usd }) => price_usd !== null).map(({ key, price_usd }) => [key, price_usd]))
}

/** The prices of coins in USD at each full hour of 7 days, oldest first, by coin. Hours without an observation are left out. */
export async function listHourlyPrices(db: Db, { coinIds, now }: { coinIds: number[]; now: number }) {
  const { rows } = await sql<{ coin_id: number; prices: number[] }>`
    select coin_id, array_agg(price_usd order by timestamp) as prices from fact_market_data
    where coin_id = any(${coinIds}::int[]) and timestamp > ${new Date(now)}::timestamptz - interval '7 days'
      and timestamp <= ${new Date(now)}::timestamptz and timestamp = date_trunc('hour', timestamp, 'UTC')
    group by coin_id`.execute(db)
  return new Map(rows.map(({ coin_id, prices }) => [coin_id, prices]))
}
