import type { CoinKind, CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import { coinKinds, coinSortKeys } from '@contract/lists.ts'
import { createLoader, parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs/server'

export const pageSizes = ['50', '100', 'all'] as const
export type PageSize = (typeof pageSizes)[number]

/** The URL state of the market page. */
export const marketParsers = {
  page: parseAsInteger.withDefault(1),
  per_page: parseAsStringLiteral(pageSizes).withDefault('50'),
  search: parseAsString.withDefault(''),
  kind: parseAsStringLiteral(coinKinds),
  list: parseAsStringLiteral(['watchlist'] as const),
  sort_by: parseAsStringLiteral(coinSortKeys).withDefault('market_cap_rank'),
  sort_dir: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('asc'),
}

export const loadMarketQuery = createLoader(marketParsers)

/** `list`: null for all coins. */
export type MarketQuery = {
  page: number
  per_page: PageSize
  search: string
  kind: CoinKind | null
  list: 'watchlist' | null
  sort_by: CoinSortKey
  sort_dir: 'asc' | 'desc'
}

/** The query for the API, with values clamped to what it accepts. `all` starts at page 1. */
export function toCoinQuery(state: MarketQuery, ids?: readonly number[]): CoinListQuery {
  const { page, per_page, search, kind, sort_by, sort_dir } = state
  return {
    page: per_page === 'all' ? 1 : Math.min(1_000_000, Math.max(1, page)),
    per_page: per_page === '50' ? 50 : 100,
    ...(search.trim() === '' ? {} : { search: search.trim().slice(0, 100) }),
    ...(kind === null ? {} : { kind }),
    ...(ids === undefined ? {} : { ids: ids.toSorted((a, b) => a - b).join() }),
    sort_by,
    sort_dir,
  }
}
