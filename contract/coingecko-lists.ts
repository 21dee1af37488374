import { Type } from 'typebox'
import { maybe, maybeInteger, Numbers, VsCurrency } from './coingecko.ts'

const durations = ['1h', '24h', '7d', '14d', '30d', '60d', '1y'] as const

export const MoversQuery = Type.Object({
  vs_currency: VsCurrency,
  duration: Type.Optional(Type.Enum([...durations], { description: 'default: 24h' })),
  top_coins: Type.Optional(
    Type.Enum(['300', '500', '1000', 'all'], { description: 'among how many of the largest coins (1000)' }),
  ),
})
export type MoversQuery = Type.Static<typeof MoversQuery>

const named = { id: Type.String({ examples: ['bitcoin'] }), symbol: Type.String(), name: Type.String() }

/** Also `{currency}`, `{currency}_24h_vol` and `{currency}_{duration}_change`. */
const MoverItem = Type.Unsafe<{
  id: string
  symbol: string
  name: string
  image: string
  market_cap_rank: number | null
  [figure: string]: string | number | null
}>({
  type: 'object',
  properties: {
    ...named,
    image: { type: 'string' },
    market_cap_rank: { type: ['integer', 'null'] },
    usd: { type: 'number' },
    usd_24h_vol: { type: 'number' },
    usd_24h_change: { type: 'number' },
  },
  required: ['id', 'symbol', 'name', 'image', 'market_cap_rank'],
  additionalProperties: { type: ['number', 'null'] },
})

/** Up to 30 coins each with a volume of at least US$ 50,000. */
export const Movers = Type.Object({
  top_gainers: Type.Array(MoverItem, { maxItems: 30 }),
  top_losers: Type.Array(MoverItem, { maxItems: 30 }),
})
export type Movers = Type.Static<typeof Movers>

const TrendingCoin = Type.Object({
  ...named,
  coin_id: Type.Integer({ description: 'numeric id in this warehouse' }),
  market_cap_rank: maybeInteger,
  thumb: Type.String(),
  small: Type.String(),
  large: Type.String(),
  slug: Type.String({ description: 'empty: unknown' }),
  price_btc: maybe,
  score: Type.Integer({ description: 'position, from 0' }),
  data: Type.Object({
    price: Type.Number(),
    price_btc: Type.String(),
    price_change_percentage_24h: Numbers,
    market_cap: Type.String(),
    market_cap_btc: Type.String(),
    total_volume: Type.String(),
    total_volume_btc: Type.String(),
    sparkline: Type.String({ description: 'empty: the warehouse has no images of charts' }),
    content: Type.Object({ title: Type.String(), description: Type.String() }),
  }),
})

/**
 * The coins whose rolling 24h volume rose most over 24 h. CoinGecko ranks by searches, which the warehouse does not know;
 * `content` says so.
 */
export const Trending = Type.Object({
  coins: Type.Array(Type.Object({ item: TrendingCoin })),
  nfts: Type.Array(Type.Object({})),
  categories: Type.Array(Type.Object({})),
})
export type Trending = Type.Static<typeof Trending>

export const CategoryNames = Type.Array(
  Type.Object({ category_id: Type.String({ examples: ['stablecoins'] }), name: Type.String() }),
)

const categoryOrders = [
  'market_cap_desc',
  'market_cap_asc',
  'name_desc',
  'name_asc',
  'market_cap_change_24h_desc',
  'market_cap_change_24h_asc',
] as const

export const CategoriesQuery = Type.Object({
  order: Type.Optional(Type.Enum([...categoryOrders], { description: 'default: market_cap_desc' })),
})
export type CategoryOrder = (typeof categoryOrders)[number]

/** Sums over the tracked coins of each category, in US dollars; the change in percent. */
export const Categories = Type.Array(
  Type.Object({
    id: Type.String({ examples: ['stablecoins'] }),
    name: Type.String(),
    market_cap: Type.Number(),
    market_cap_change_24h: maybe,
    content: Type.String({ description: 'empty: unknown' }),
    top_3_coins_id: Type.Array(Type.String()),
    top_3_coins: Type.Array(Type.String({ description: 'images' })),
    volume_24h: Type.Number(),
    updated_at: Type.String({ format: 'date-time' }),
  }),
)
export type Categories = Type.Static<typeof Categories>

export const CapChartQuery = Type.Object({
  days: Type.Enum(['1', '7', '14', '30', '90', '180', '365', 'max'], {
    description: 'how many days back: hourly up to 30, then daily',
  }),
  vs_currency: Type.Optional(VsCurrency),
})

const Series = Type.Array(Type.Array(Type.Number()), { description: 'pairs of ms since 1970 and a value' })

/** Totals over the tracked coins that are known at each point. */
export const CapChart = Type.Object({ market_cap_chart: Type.Object({ market_cap: Series, volume: Series }) })

const Rate = Type.Object({
  name: Type.String(),
  unit: Type.String(),
  value: Type.Number({ description: 'units per BTC' }),
  type: Type.String({ description: 'fiat, crypto or commodity' }),
})

export const RateList = Type.Object({
  rates: Type.Unsafe<Record<string, Type.Static<typeof Rate>>>({ type: 'object', additionalProperties: Rate }),
})
