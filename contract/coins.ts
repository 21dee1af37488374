import { Type } from 'typebox'
import { currencyQuery, optionalCurrency, optionalPrice } from './currencies.ts'
import { coinKinds, coinSortKeys, filterBounds } from './lists.ts'
import { CoinIdText, Page, pageQuery, printable } from './queries.ts'
import { Amount, Instant, LogoUrl, Nullable, Pct, ReferencePrice, Usd } from './units.ts'

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

const LongChange = (period: string) =>
  Nullable(
    Type.Number({
      description: `percent, against the own daily close at the UTC midnight nearest to ${period} ago; null without that close`,
    }),
  )

/** A tracked coin with its latest snapshot. Market figures are null where the source has none. */
export const Coin = Type.Object({
  id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String({ description: 'lower case; not unique, never a key' }),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  logo_url: Nullable(LogoUrl),
  kind: CoinKind,
  category: Nullable(Type.String({ description: 'as kind, or null for a plain coin' })),
  market_cap_rank: Nullable(Type.Integer()),
  price_usd: Nullable(Usd),
  ...optionalPrice,
  price_change_1h_pct: Nullable(Pct),
  price_change_24h_pct: Nullable(Pct),
  price_change_7d_pct: Nullable(Pct),
  price_change_30d_pct: LongChange('30 days'),
  price_change_1y_pct: LongChange('365 days'),
  reference_price_1h: Nullable(ReferencePrice),
  reference_price_24h: Nullable(ReferencePrice),
  reference_price_7d: Nullable(ReferencePrice),
  reference_price_30d: Nullable(ReferencePrice),
  reference_price_1y: Nullable(ReferencePrice),
  market_cap: Nullable(Amount),
  total_volume: Nullable(Type.Number({ description: 'traded in the last 24 h, in the currency of vs_currency' })),
  high_24h: Nullable(Amount),
  low_24h: Nullable(Amount),
  fully_diluted_valuation: Nullable(
    Type.Number({
      description: 'from CoinGecko, which computes price × total supply; in the currency of vs_currency',
    }),
  ),
  circulating_supply: Nullable(Type.Number({ description: 'units of the coin' })),
  total_supply: Nullable(Type.Number({ description: 'units of the coin' })),
  max_supply: Nullable(Type.Number({ description: 'units of the coin; null: unlimited or unknown' })),
  ath: Nullable(
    Type.Number({
      description: 'the all-time high in US dollars, in the currency of vs_currency at the rate of its time',
    }),
  ),
  ath_date: Nullable(Instant),
  ath_change_pct: Nullable(Pct),
  last_updated: Nullable(Instant),
  stale_since: Nullable(
    Type.String({
      format: 'date-time',
      description: 'since when the figures are stale; null: not stale',
    }),
  ),
  stale_reason: StaleReason,
  created_at: Instant,
})
export type Coin = Type.Static<typeof Coin>

/** Identifies a coin in links. */
const CoinLink = Type.Object({
  id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  market_cap_rank: Type.Integer(),
})
export type CoinLink = Type.Static<typeof CoinLink>

const NullableCoinLink = (description: string) =>
  Type.Unsafe<CoinLink | null>({ anyOf: [{ type: 'null' }, CoinLink], description })

/** One coin with its description, all-time low and neighbors by rank. */
export const CoinDetail = Type.Object({
  ...Coin.properties,
  ...optionalCurrency,
  description: Nullable(Type.String()),
  is_tracked: Type.Boolean({ description: 'false: no longer tracked; the figures are the last known' }),
  atl: Nullable(
    Type.Number({
      description: 'the all-time low in US dollars, in the currency of vs_currency at the rate of its time',
    }),
  ),
  atl_date: Nullable(Instant),
  atl_change_pct: Nullable(Pct),
  previous: NullableCoinLink('the coin before it by rank; null when there is none, or it has no rank'),
  next: NullableCoinLink('the coin after it by rank; null when there is none, or it has no rank'),
})
export type CoinDetail = Type.Static<typeof CoinDetail>

export type CoinSortKey = (typeof coinSortKeys)[number]

const Bounds = (figure: string, minimum: number) => {
  const bound = (side: string) =>
    Type.Optional(Type.Number({ minimum, maximum: filterBounds.maximum, description: `${side} ${figure}, inclusive` }))
  return [bound('lowest'), bound('highest')] as const
}
const [market_cap_min, market_cap_max] = Bounds('market cap in US dollars', 0)
const [total_volume_min, total_volume_max] = Bounds('24h volume in US dollars', 0)
const [price_change_24h_pct_min, price_change_24h_pct_max] = Bounds('24h change in percent', filterBounds.minimumChange)

/** Unranked coins and null values sort last in both directions. A bound leaves out coins without the figure. */
export const CoinListQuery = Type.Object({
  ...pageQuery,
  search: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: printable,
      description: 'part of the name, symbol or CoinGecko id; tolerates typos and ignores case and accents',
    }),
  ),
  kind: Type.Optional(CoinKind),
  category: Type.Optional(
    Type.Enum([...coinKinds], { description: 'as kind: a value of /coins/categories, for older clients' }),
  ),
  ids: Type.Optional(
    Type.String({
      pattern: '^\\d{1,9}(,\\d{1,9}){0,499}$',
      description: 'only these coins: up to 500 numeric ids, comma-separated',
      examples: ['1,2'],
    }),
  ),
  market_cap_min,
  market_cap_max,
  total_volume_min,
  total_volume_max,
  price_change_24h_pct_min,
  price_change_24h_pct_max,
  sort_by: Type.Optional(
    Type.Enum([...coinSortKeys], {
      description: 'by default the best matches of a search come first, otherwise the best rank',
    }),
  ),
  sort_dir: Type.Enum(['asc', 'desc'], { default: 'asc' }),
})
export type CoinListQuery = Type.Static<typeof CoinListQuery>

export const CoinListCurrencyQuery = Type.Object({ ...CoinListQuery.properties, ...currencyQuery })

export const CoinList = Type.Object({ ...Page(Coin).properties, ...optionalCurrency })
export type CoinList = Type.Static<typeof CoinList>

export const CoinParams = Type.Object({ id: CoinIdText })

export const LogoQuery = Type.Object({
  v: Type.Optional(
    Type.String({
      pattern: '^[\\w-]{1,64}$',
      description: 'version of the image, from logo_url. With the current one the response may be kept for a year',
      examples: ['Yz0mGvq3xJ4K'],
    }),
  ),
})
export type LogoQuery = Type.Static<typeof LogoQuery>
