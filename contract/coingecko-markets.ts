import { Type } from 'typebox'
import { coinLookup, flag, maybe, maybeInteger, maybeText, Precision, VsCurrencies, VsCurrency } from './coingecko.ts'
import { printable } from './queries.ts'
import { Nullable } from './units.ts'

export const Ping = Type.Object({ gecko_says: Type.String({ examples: ['(V3) To the Moon!'] }) })

export const SimplePriceQuery = Type.Object({
  vs_currencies: VsCurrencies,
  ...coinLookup,
  include_market_cap: flag('also `{currency}_market_cap`'),
  include_24hr_vol: flag('also `{currency}_24h_vol`'),
  include_24hr_change: flag('also `{currency}_24h_change`'),
  include_last_updated_at: flag('also `last_updated_at`, in seconds since 1970'),
  precision: Precision,
})
export type SimplePriceQuery = Type.Static<typeof SimplePriceQuery>

/** By coin: the price per currency. A requested figure that is unknown is null. */
export const SimplePrice = Type.Unsafe<Record<string, Record<string, number | null>>>({
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: { usd: { type: ['number', 'null'] }, last_updated_at: { type: ['integer', 'null'] } },
    additionalProperties: { type: ['number', 'null'] },
  },
})
export type SimplePrice = Type.Static<typeof SimplePrice>

export const TokenPriceParams = Type.Object({
  platform: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: printable,
    description: 'id of an asset platform',
    examples: ['ethereum'],
  }),
})

export const TokenPriceQuery = Type.Object({
  contract_addresses: Type.String({
    maxLength: 8000,
    pattern: printable,
    description: 'contract addresses, comma-separated',
    examples: ['0x2260fac5e5542a773aa44fbcfedf7c193bc2c599'],
  }),
  vs_currencies: VsCurrencies,
})

export const Currencies = Type.Array(Type.String({ examples: ['usd'] }))

export const CoinListQuery = Type.Object({
  include_platform: flag('accepted; the warehouse has no contract addresses, so `platforms` is absent'),
  status: Type.Optional(Type.Enum(['active', 'inactive'], { description: 'active (default): the tracked coins' })),
})

export const CoinNames = Type.Array(
  Type.Object({ id: Type.String({ examples: ['bitcoin'] }), symbol: Type.String(), name: Type.String() }),
)

/** The windows of price changes. */
export const changeWindows = ['1h', '24h', '7d', '14d', '30d', '60d', '200d', '1y'] as const
export type ChangeWindow = (typeof changeWindows)[number]

/** Length of the windows in days. */
export const windowDays: Readonly<Record<ChangeWindow, number>> = {
  '1h': 1 / 24,
  '24h': 1,
  '7d': 7,
  '14d': 14,
  '30d': 30,
  '60d': 60,
  '200d': 200,
  '1y': 365,
}

const marketOrders = ['market_cap_desc', 'market_cap_asc', 'volume_desc', 'volume_asc', 'id_asc', 'id_desc'] as const
export type MarketOrder = (typeof marketOrders)[number]

const locales =
  'ar bg cs da de el en es fi fr he hi hr hu id it ja ko lt nl no pl pt ro ru sk sl sv th tr uk vi zh zh-tw'.split(' ')

/** Rows per page of CoinGecko. A larger `per_page` means this. */
export const maxMarkets = 250

export const MarketsQuery = Type.Object({
  vs_currency: VsCurrency,
  ...coinLookup,
  category: Type.Optional(
    Type.String({
      maxLength: 200,
      pattern: printable,
      description: 'a category of /coins/categories/list; it wins over ids, names and symbols',
      examples: ['stablecoins'],
    }),
  ),
  order: Type.Optional(Type.Enum([...marketOrders], { description: 'default: market_cap_desc' })),
  per_page: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 100,
    description: `rows per page, up to ${maxMarkets}`,
  }),
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  sparkline: flag('also the hourly prices of 7 days'),
  price_change_percentage: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: `^((${changeWindows.join('|')})(,(${changeWindows.join('|')}))*)?$`,
      description: `comma-separated: ${changeWindows.join(', ')}`,
      examples: ['1h,7d'],
    }),
  ),
  locale: Type.Optional(Type.Enum(locales, { description: 'accepted; names are in English' })),
  precision: Precision,
  include_rehypothecated: flag('accepted; all tracked coins are listed'),
})
export type MarketsQuery = Type.Static<typeof MarketsQuery>

export const Market = Type.Object({
  id: Type.String({ examples: ['bitcoin'] }),
  symbol: Type.String(),
  name: Type.String(),
  image: Type.String({ description: 'empty: unknown' }),
  current_price: maybe,
  market_cap: maybe,
  market_cap_rank: maybeInteger,
  fully_diluted_valuation: maybe,
  total_volume: maybe,
  high_24h: maybe,
  low_24h: maybe,
  price_change_24h: maybe,
  price_change_percentage_24h: maybe,
  market_cap_change_24h: maybe,
  market_cap_change_percentage_24h: maybe,
  circulating_supply: maybe,
  total_supply: maybe,
  max_supply: maybe,
  ath: maybe,
  ath_change_percentage: maybe,
  ath_date: maybeText,
  atl: maybe,
  atl_change_percentage: maybe,
  atl_date: maybeText,
  roi: Nullable(Type.Object({ times: Type.Number(), currency: Type.String(), percentage: Type.Number() })),
  last_updated: Type.String({ format: 'date-time' }),
  sparkline_in_7d: Type.Optional(Type.Object({ price: Type.Array(Type.Number()) })),
  price_change_percentage_1h_in_currency: Type.Optional(maybe),
  price_change_percentage_24h_in_currency: Type.Optional(maybe),
  price_change_percentage_7d_in_currency: Type.Optional(maybe),
  price_change_percentage_14d_in_currency: Type.Optional(maybe),
  price_change_percentage_30d_in_currency: Type.Optional(maybe),
  price_change_percentage_60d_in_currency: Type.Optional(maybe),
  price_change_percentage_200d_in_currency: Type.Optional(maybe),
  price_change_percentage_1y_in_currency: Type.Optional(maybe),
})
/** `price_change_percentage_{window}_in_currency` is present for the requested windows. */
export type Market = Type.Static<typeof Market>
export const Markets = Type.Array(Market)
