import { type ExpressionBuilder, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type {
  Coin,
  CoinDetail,
  CoinKind,
  CoinLink,
  CoinList,
  CoinListQuery,
  CoinSortKey,
  StaleReason,
} from '../../contract/coins.ts'
import { toPage } from '../../contract/queries.ts'
import { AppError } from '../errors.ts'
import { searchCoins } from './coin-search.ts'
import type { Db } from './db.ts'
import { addLogos } from './logos.ts'
import { toReferencePrices } from './reference-prices.ts'
import type { DB } from './types.ts'

type Latest = ExpressionBuilder<DB & { l: DB['mv_latest_market_data'] }, 'l'>

/** Figures of the latest snapshot, in mv_latest_market_data and latest_market_data alike. */
const figures = [
  'l.price_usd',
  'l.price_change_1h_pct',
  'l.price_change_24h_pct',
  'l.price_change_7d_pct',
  'l.market_cap',
  'l.volume as total_volume',
  'l.high_24h',
  'l.low_24h',
  'l.source_updated_at as last_updated',
] as const

const columns = [
  'l.coin_id as id',
  'l.coingecko_id',
  'l.symbol',
  'l.name',
  'l.image_url',
  'l.kind',
  'l.market_cap_rank',
  'l.first_seen_at as created_at',
  ...figures,
  'l.stale_since',
  'l.stale_reason',
  'i.hash as image_hash',
  'l.price_change_30d_pct',
  'l.price_change_1y_pct',
  'l.fully_diluted_valuation',
  'l.circulating_supply',
  'l.total_supply',
  'l.max_supply',
  'l.ath',
  'l.ath_date',
  'l.ath_change_pct',
] as const

const sortColumns = {
  market_cap_rank: 'l.market_cap_rank',
  name: 'l.name',
  price_usd: 'l.price_usd',
  price_change_1h_pct: 'l.price_change_1h_pct',
  price_change_24h_pct: 'l.price_change_24h_pct',
  price_change_7d_pct: 'l.price_change_7d_pct',
  price_change_30d_pct: 'l.price_change_30d_pct',
  price_change_1y_pct: 'l.price_change_1y_pct',
  market_cap: 'l.market_cap',
  total_volume: 'l.volume',
  fully_diluted_valuation: 'l.fully_diluted_valuation',
  circulating_supply: 'l.circulating_supply',
  ath: 'l.ath',
  ath_change_pct: 'l.ath_change_pct',
} as const satisfies Record<CoinSortKey, string>

/** The distance of a price from an all-time extreme in percent; null when unknown or not finite. */
function toDistancePct(price: number | null, extreme: number | null): number | null {
  if (price === null || extreme === null) return null
  const pct = (price / extreme - 1) * 100
  return Number.isFinite(pct) ? pct : null
}

const toCategory = (kind: CoinKind): string | null => (kind === 'coin' ? null : kind)

/** A LIKE pattern that finds the text anywhere, with % and _ escaped. */
export const toPattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** The filters of a list: a figure and its bounds. */
const filters = [
  ['l.market_cap', 'market_cap_min', 'market_cap_max'],
  ['l.volume', 'total_volume_min', 'total_volume_max'],
  ['l.price_change_24h_pct', 'price_change_24h_pct_min', 'price_change_24h_pct_max'],
] as const

function checkBounds(query: CoinListQuery): void {
  for (const [, min, max] of filters) {
    const [low, high] = [query[min], query[max]]
    if (low !== undefined && high !== undefined && low > high)
      throw new AppError('unprocessable', `${min} must not be above ${max} (got ${low} and ${high}).`)
  }
}

const isOneOf = (ids: readonly number[]) => sql<number>`any(${ids}::int[])`

/** `found`: the ids that match the search; null without a search. */
const matches = (query: CoinListQuery, found: readonly number[] | null) => (eb: Latest) =>
  eb.and([
    ...(query.kind === undefined ? [] : [eb('l.kind', '=', query.kind)]),
    ...(query.category === undefined ? [] : [eb('l.kind', '=', query.category)]),
    ...(query.ids === undefined ? [] : [eb('l.coin_id', '=', isOneOf(query.ids.split(',').map(Number)))]),
    ...(found === null ? [] : [eb('l.coin_id', '=', isOneOf(found))]),
    ...filters.flatMap(([figure, min, max]) => [
      ...(query[min] === undefined ? [] : [eb(figure, '>=', query[min])]),
      ...(query[max] === undefined ? [] : [eb(figure, '<=', query[max])]),
    ]),
  ])

const inOrder = <O>(
  query: SelectQueryBuilder<DB & { l: DB['mv_latest_market_data'] }, 'l', O>,
  { sort_by: chosen, sort_dir }: CoinListQuery,
  found: readonly number[] | null,
) => {
  const sort_by = chosen ?? 'market_cap_rank'
  const byMatch = found !== null && chosen === undefined && sort_dir === 'asc'
  return query
    .$if(byMatch, (qb) => qb.orderBy(sql`array_position(${found}::int[], l.coin_id)`))
    .orderBy(sort_by === 'name' ? sql`lower(l.name)` : sortColumns[sort_by], (o) =>
      (sort_dir === 'asc' ? o.asc() : o.desc()).nullsLast(),
    )
    .orderBy('l.market_cap_rank', (o) => o.asc().nullsLast())
    .orderBy('l.coin_id')
}

/**
 * One page of the tracked coins with their latest snapshot. Nulls sort last. Throws `unprocessable` for bounds that
 * exclude every coin. From mv_latest_market_data.
 */
export async function listCoins(db: Db, query: CoinListQuery): Promise<CoinList> {
  const { page, per_page } = query
  checkBounds(query)
  const search = query.search?.trim() ?? ''
  const found = search === '' ? null : await searchCoins(db, search)
  const base = db.selectFrom('mv_latest_market_data as l').where(matches(query, found))
  const [counted, rows] = await Promise.all([
    base.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow(),
    inOrder(base, query, found)
      .leftJoin('coin_image as i', 'i.coin_id', 'l.coin_id')
      .select(columns)
      .limit(per_page)
      .offset((page - 1) * per_page)
      .execute(),
  ])
  const items = (await addLogos(rows)).map(
    (row): Coin => ({
      ...row,
      ...toReferencePrices(row),
      category: toCategory(row.kind),
      stale_reason: row.stale_reason as StaleReason,
    }),
  )
  return toPage(items, counted.total, { page, per_page })
}

/** Query of the coin with a numeric or CoinGecko id. A numeric id wins over a CoinGecko id made of digits. */
const selectCoin = (db: Db, id: string) => {
  const numeric = /^\d{1,9}$/.test(id) ? Number(id) : -1
  return db
    .selectFrom('dim_coin as c')
    .where((eb) => eb.or([eb('c.id', '=', numeric), eb('c.coingecko_id', '=', id)]))
    .orderBy((eb) => eb('c.id', '=', numeric), 'desc')
    .limit(1)
}

const createNotFound = (id: string): AppError => new AppError('not_found', `Coin with id ${id} not found`)

/** The id, symbol and name of a coin by numeric or CoinGecko id. Throws `not_found`. */
export async function getCoinName(db: Db, id: string): Promise<{ coin_id: number; symbol: string; name: string }> {
  const coin = await selectCoin(db, id).select(['c.id as coin_id', 'c.symbol', 'c.name']).executeTakeFirst()
  if (coin === undefined) throw createNotFound(id)
  return coin
}

/** Both ids of a coin by either. Throws `not_found`. */
export async function getCoinIds(db: Db, id: string): Promise<{ coin_id: number; coingecko_id: string }> {
  const coin = await selectCoin(db, id).select(['c.id as coin_id', 'c.coingecko_id']).executeTakeFirst()
  if (coin === undefined) throw createNotFound(id)
  return coin
}

/** The tracked coin before or after coin `c` by rank. */
function neighborByRank(side: 'previous' | 'next'): RawBuilder<CoinLink | null> {
  const [comparison, order] = side === 'previous' ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`]
  return sql`(select jsonb_build_object('id', n.coin_id, 'coingecko_id', n.coingecko_id, 'symbol', n.symbol,
      'name', n.name, 'market_cap_rank', n.market_cap_rank)
    from mv_latest_market_data n where (n.market_cap_rank, n.coin_id) ${comparison} (c.market_cap_rank, c.id)
    order by n.market_cap_rank ${order}, n.coin_id ${order} limit 1)`
}

/** A coin by numeric or CoinGecko id, tracked or not, with its latest figures. Throws `not_found`. */
export async function getCoin(db: Db, id: string): Promise<CoinDetail> {
  const { coin_id } = await getCoinName(db, id)
  const found = await db
    .selectFrom('dim_coin as c')
    .where('c.id', '=', coin_id)
    .leftJoin('latest_market_data as l', 'l.coin_id', 'c.id')
    .leftJoin('mv_latest_market_data as v', 'v.coin_id', 'c.id')
    .leftJoin('coin_image as i', 'i.coin_id', 'c.id')
    .select([
      'c.id',
      'c.coingecko_id',
      'c.symbol',
      'c.name',
      'c.image_url',
      'i.hash as image_hash',
      'c.kind',
      'c.market_cap_rank',
      ...figures,
      'v.stale_since',
      'v.stale_reason',
      'v.price_change_30d_pct',
      'v.price_change_1y_pct',
      'c.first_seen_at as created_at',
      sql<null>`null`.as('description'),
      'c.is_tracked',
      'l.fully_diluted_valuation',
      'l.circulating_supply',
      'c.total_supply',
      'c.max_supply',
      'c.ath',
      'c.ath_date',
      'c.atl',
      'c.atl_date',
      neighborByRank('previous').as('previous'),
      neighborByRank('next').as('next'),
    ])
    .executeTakeFirst()
  const [row] = await addLogos(found === undefined ? [] : [found])
  if (row === undefined) throw createNotFound(id)
  const kind = row.kind as CoinKind
  return {
    ...row,
    ...toReferencePrices(row),
    kind,
    category: toCategory(kind),
    stale_reason: row.stale_reason as StaleReason,
    ath_change_pct: toDistancePct(row.price_usd, row.ath),
    atl_change_pct: toDistancePct(row.price_usd, row.atl),
  }
}

/** The time of the latest snapshot of a coin; null without one. */
export async function findSnapshotTime(db: Db, coinId: number): Promise<string | null> {
  const row = await db
    .selectFrom('latest_market_data')
    .select('timestamp')
    .where('coin_id', '=', coinId)
    .executeTakeFirst()
  return row?.timestamp ?? null
}

/** The latest prices of the tracked coins in USD, best rank first. `priced_at`: the source's time, in ms since 1970. */
export async function listTrackedPrices(db: Db) {
  const rows = await db
    .selectFrom('mv_latest_market_data')
    .select(['coin_id', 'coingecko_id', 'price_usd', 'timestamp', 'source_updated_at'])
    .orderBy('market_cap_rank', (o) => o.asc().nullsLast())
    .execute()
  return rows.map(({ timestamp, source_updated_at, ...coin }) => ({
    ...coin,
    priced_at: Date.parse(source_updated_at ?? timestamp),
  }))
}
