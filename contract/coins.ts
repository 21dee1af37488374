import { Type } from 'typebox'
import { coinKinds, coinSortKeys } from './lists.ts'
import { Instant, Nullable, Pct, ReferencePrice, Usd } from './units.ts'

const printable = '^[^\\u0000]*$'

/** `coin` is everything that no rule marks otherwise. */
export const CoinKind = Type.Enum([...coinKinds])
export type CoinKind = (typeof coinKinds)[number]

const staleReasons = ['missing', 'frozen'] as const
export type StaleReason = (typeof staleReasons)[number] | null
const StaleReason = Type.Unsafe<StaleReason>({
  type: ['string', 'null'],
  enum: [...staleReasons, null],
  description:
    'missing: no accepted row for 24 h, so the coin has no rank and is in no total; frozen: the source has not updated its price for 24 h',
})

/** A tracked coin with its latest snapshot. Every market figure is null where the upstream does not know it. */
export const Coin = Type.Object({
  id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String({ description: 'lower case; not unique, never a key' }),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  kind: CoinKind,
  category: Nullable(Type.String({ description: 'as kind, or null for a plain coin' })),
  market_cap_rank: Nullable(Type.Integer()),
  price_usd: Nullable(Usd),
  price_change_1h_pct: Nullable(Pct),
  price_change_24h_pct: Nullable(Pct),
  price_change_7d_pct: Nullable(Pct),
  reference_price_1h: Nullable(ReferencePrice),
  reference_price_24h: Nullable(ReferencePrice),
  reference_price_7d: Nullable(ReferencePrice),
  market_cap: Nullable(Usd),
  total_volume: Nullable(Type.Number({ description: 'US dollars traded in the last 24 h' })),
  high_24h: Nullable(Usd),
  low_24h: Nullable(Usd),
  last_updated: Nullable(Instant),
  stale_since: Nullable(
    Type.String({
      format: 'date-time',
      description: 'since when the figures are old; null: they are of the last 24 h',
    }),
  ),
  stale_reason: StaleReason,
  created_at: Instant,
})
export type Coin = Type.Static<typeof Coin>

/** One coin with its supply and its all-time extremes. Supplies are in units of the coin. */
export const CoinDetail = Type.Object({
  ...Coin.properties,
  description: Nullable(Type.String()),
  is_tracked: Type.Boolean({ description: 'false: left the tracked universe; the figures are its last known' }),
  fully_diluted_valuation: Nullable(Usd),
  circulating_supply: Nullable(Type.Number()),
  total_supply: Nullable(Type.Number()),
  max_supply: Nullable(Type.Number()),
  ath: Nullable(Usd),
  ath_date: Nullable(Instant),
  ath_change_pct: Nullable(Pct),
  atl: Nullable(Usd),
  atl_date: Nullable(Instant),
  atl_change_pct: Nullable(Pct),
})
export type CoinDetail = Type.Static<typeof CoinDetail>

export type CoinSortKey = (typeof coinSortKeys)[number]

/** Unranked coins and null values sort last in both directions. */
export const CoinListQuery = Type.Object({
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  per_page: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  search: Type.Optional(
    Type.String({ maxLength: 100, pattern: printable, description: 'part of the name, symbol or CoinGecko id' }),
  ),
  kind: Type.Optional(CoinKind),
  ids: Type.Optional(
    Type.String({
      pattern: '^\\d{1,9}(,\\d{1,9}){0,499}$',
      description: 'these coins alone: at most 500 numeric ids, separated by commas',
      examples: ['1,2'],
    }),
  ),
  sort_by: Type.Enum([...coinSortKeys], { default: 'market_cap_rank' }),
  sort_dir: Type.Enum(['asc', 'desc'], { default: 'asc' }),
})
export type CoinListQuery = Type.Static<typeof CoinListQuery>

/** One page of coins. `total` counts the coins that all pages together hold; `pages` is at least 1. */
export const CoinList = Type.Object({
  items: Type.Array(Coin),
  total: Type.Integer(),
  page: Type.Integer(),
  per_page: Type.Integer(),
  pages: Type.Integer(),
})
export type CoinList = Type.Static<typeof CoinList>

/** `{id}`: the numeric id or the CoinGecko id. */
export const CoinParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 200, pattern: printable, description: 'numeric id or CoinGecko id' }),
})
