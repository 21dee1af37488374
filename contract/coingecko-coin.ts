import { Type } from 'typebox'
import { flag, maybe, maybeInteger, maybeText, Numbers } from './coingecko.ts'

export const CoinQuery = Type.Object({
  localization: flag('accepted; names are in English'),
  tickers: flag('accepted; the warehouse has no tickers'),
  market_data: flag('false: without market_data'),
  community_data: flag('accepted; the warehouse has none'),
  developer_data: flag('accepted; the warehouse has none'),
  sparkline: flag('also the hourly prices of 7 days'),
  include_categories_details: flag('also the ids of the categories'),
  dex_pair_format: Type.Optional(Type.Enum(['contract_address', 'symbol'], { description: 'accepted; no tickers' })),
})
export type CoinQuery = Type.Static<typeof CoinQuery>

const Texts = Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } })
const empty = (description: string) => Type.Array(Type.String(), { description })
const percent = Type.Optional(Type.Number())
const percentages = Type.Optional(Numbers)

/** Figures by currency. What the warehouse does not know is null where CoinGecko allows it, or absent. */
const MarketData = Type.Object({
  current_price: Numbers,
  total_value_locked: maybe,
  mcap_to_tvl_ratio: maybe,
  fdv_to_tvl_ratio: maybe,
  roi: Type.Null(),
  ath: Numbers,
  ath_change_percentage: Numbers,
  ath_date: Texts,
  atl: Numbers,
  atl_change_percentage: Numbers,
  atl_date: Texts,
  market_cap: Numbers,
  fully_diluted_valuation: Numbers,
  market_cap_fdv_ratio: Type.Optional(Type.Number()),
  market_cap_rank: maybeInteger,
  total_volume: Numbers,
  high_24h: Numbers,
  low_24h: Numbers,
  price_change_24h: Type.Optional(Type.Number()),
  price_change_percentage_24h: percent,
  price_change_percentage_7d: percent,
  price_change_percentage_14d: percent,
  price_change_percentage_30d: percent,
  price_change_percentage_60d: percent,
  price_change_percentage_200d: percent,
  price_change_percentage_1y: percent,
  market_cap_change_24h: Type.Optional(Type.Number()),
  market_cap_change_percentage_24h: percent,
  price_change_24h_in_currency: Numbers,
  price_change_percentage_1h_in_currency: percentages,
  price_change_percentage_24h_in_currency: percentages,
  price_change_percentage_7d_in_currency: percentages,
  price_change_percentage_14d_in_currency: percentages,
  price_change_percentage_30d_in_currency: percentages,
  price_change_percentage_60d_in_currency: percentages,
  price_change_percentage_200d_in_currency: percentages,
  price_change_percentage_1y_in_currency: percentages,
  market_cap_change_24h_in_currency: Numbers,
  market_cap_change_percentage_24h_in_currency: Numbers,
  total_supply: Type.Optional(Type.Number()),
  max_supply: maybe,
  circulating_supply: Type.Optional(Type.Number()),
  last_updated: Type.Optional(Type.String({ format: 'date-time' })),
  sparkline_7d: Type.Optional(Type.Array(Type.Number())),
})
export type MarketData = Type.Static<typeof MarketData>

/** A coin. Texts, lists and maps that the warehouse does not know are empty, as CoinGecko has them for small coins. */
export const CoinData = Type.Object({
  id: Type.String({ examples: ['bitcoin'] }),
  symbol: Type.String(),
  name: Type.String(),
  web_slug: Type.String({ description: 'empty: unknown' }),
  asset_platform_id: maybeText,
  platforms: Texts,
  detail_platforms: Type.Object({}),
  block_time_in_minutes: Type.Number({ description: '0: unknown' }),
  hashing_algorithm: maybeText,
  categories: empty('of /coins/categories/list'),
  categories_details: Type.Optional(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }))),
  preview_listing: Type.Boolean(),
  public_notice: maybeText,
  additional_notices: empty('none'),
  has_supply_breakdown: Type.Boolean(),
  localization: Texts,
  description: Texts,
  links: Type.Object({}),
  image: Type.Object({ thumb: Type.String(), small: Type.String(), large: Type.String() }),
  country_origin: Type.String(),
  genesis_date: maybeText,
  sentiment_votes_up_percentage: maybe,
  sentiment_votes_down_percentage: maybe,
  watchlist_portfolio_users: Type.Number({ description: '0: unknown' }),
  market_cap_rank: maybeInteger,
  market_cap_rank_with_rehypothecated: maybeInteger,
  market_data: Type.Optional(MarketData),
  status_updates: empty('none'),
  last_updated: Type.String({ format: 'date-time' }),
  tickers: Type.Optional(empty('none')),
})
export type CoinData = Type.Static<typeof CoinData>
