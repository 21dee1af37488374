import { type CoinKind, type CoinListQuery, type CoinSortKey, coinKinds, coinSortKeys } from '@contract/coins.ts'
import { createLoader, parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs/server'

export const pageSizes = [20, 50, 100] as const

/** What the URL of the market page says. */
export const marketParsers = {
  page: parseAsInteger.withDefault(1),
  per_page: parseAsInteger.withDefault(50),
  search: parseAsString.withDefault(''),
  kind: parseAsStringLiteral(coinKinds),
  list: parseAsStringLiteral(['watchlist'] as const),
  sort_by: parseAsStringLiteral(coinSortKeys).withDefault('market_cap_rank'),
  sort_dir: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('asc'),
}

export const loadMarketQuery = createLoader(marketParsers)

/** `list`: null for all coins; `ids` are those that it holds. */
type MarketQuery = {
  page: number
  per_page: number
  search: string
  kind: CoinKind | null
  list: 'watchlist' | null
  sort_by: CoinSortKey
  sort_dir: 'asc' | 'desc'
}

/** The question for the API; values that nobody could mean are put right. */
export function toCoinQuery(state: MarketQuery, ids?: readonly number[]): CoinListQuery {
  const { page, per_page, search, kind, sort_by, sort_dir } = state
  return {
    page: Math.min(1_000_000, Math.max(1, page)),
    per_page: pageSizes.find((size) => size === per_page) ?? 50,
    ...(search.trim() === '' ? {} : { search: search.trim().slice(0, 100) }),
    ...(kind === null ? {} : { kind }),
    ...(ids === undefined ? {} : { ids: ids.toSorted((a, b) => a - b).join() }),
    sort_by,
    sort_dir,
  }
}
