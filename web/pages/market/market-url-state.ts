import type { CoinKind, CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import { coinKinds, coinSortKeys, filterBounds } from '@contract/lists.ts'
import { createLoader, parseAsFloat, parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs/server'

export const pageSizes = ['50', '100', 'all'] as const
export type PageSize = (typeof pageSizes)[number]

/** The bounds of the filters, named as in the API. */
export const boundNames = [
  'market_cap_min',
  'market_cap_max',
  'total_volume_min',
  'total_volume_max',
  'price_change_24h_pct_min',
  'price_change_24h_pct_max',
] as const
export type Bound = (typeof boundNames)[number]
export type Bounds = Record<Bound, number | null>

const boundParsers = Object.fromEntries(boundNames.map((name) => [name, parseAsFloat])) as Record<
  Bound,
  typeof parseAsFloat
>

/** The URL state of the market page. `columns`: the optional columns, separated by dots. */
export const marketParsers = {
  page: parseAsInteger.withDefault(1),
  per_page: parseAsStringLiteral(pageSizes).withDefault('50'),
  search: parseAsString.withDefault(''),
  kind: parseAsStringLiteral(coinKinds),
  list: parseAsStringLiteral(['watchlist'] as const),
  columns: parseAsString,
  sort_by: parseAsStringLiteral(coinSortKeys),
  sort_dir: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('asc'),
  ...boundParsers,
}

export const loadMarketQuery = createLoader(marketParsers)

/** `list`: null for all coins. `sort_by`: null for the best matches of a search, otherwise by rank. */
export type MarketQuery = {
  page: number
  per_page: PageSize
  search: string
  kind: CoinKind | null
  list: 'watchlist' | null
  columns: string | null
  sort_by: CoinSortKey | null
  sort_dir: 'asc' | 'desc'
} & Bounds

export type MarketChange = Partial<MarketQuery>

/** The state without search, filters and list. */
export const noFilters = {
  search: '',
  kind: null,
  list: null,
  page: 1,
  ...(Object.fromEntries(boundNames.map((name) => [name, null])) as Record<Bound, null>),
}

export const defaultState = { ...noFilters, sort_by: null, sort_dir: 'asc', columns: null } as const

/** The bounds that the API accepts. */
const clamp = (name: Bound, value: number): number =>
  Math.min(filterBounds.maximum, Math.max(name.startsWith('price') ? filterBounds.minimumChange : 0, value))

/** The query for the API, with values clamped to what it accepts. `all` starts at page 1. */
export function toCoinQuery(state: MarketQuery, ids?: readonly number[]): CoinListQuery {
  const { page, per_page, search, kind, sort_by, sort_dir } = state
  const bounds = boundNames.flatMap((name) => {
    const value = state[name]
    return value === null || !Number.isFinite(value) ? [] : [[name, clamp(name, value)] as const]
  })
  return {
    page: per_page === 'all' ? 1 : Math.min(1_000_000, Math.max(1, page)),
    per_page: per_page === '50' ? 50 : 100,
    ...(search.trim() === '' ? {} : { search: search.trim().slice(0, 100) }),
    ...(kind === null ? {} : { kind }),
    ...(ids === undefined ? {} : { ids: ids.toSorted((a, b) => a - b).join() }),
    ...Object.fromEntries(bounds),
    ...(sort_by === null ? {} : { sort_by }),
    sort_dir,
  }
}
