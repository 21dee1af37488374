import { Type } from 'typebox'
import { flag, maybe, Numbers, Precision, VsCurrency } from './coingecko.ts'

const Days = Type.String({
  maxLength: 20,
  pattern: '^(max|\\d{1,5})$',
  description: 'how many days back: a whole number or max',
  examples: ['30'],
})

const intervals = ['5m', 'hourly', 'daily'] as const
export type ChartInterval = (typeof intervals)[number]

const ChartInterval = Type.Optional(
  Type.Enum([...intervals], { description: 'default: 5m up to 1 day, hourly up to 90 days, then daily' }),
)

const Moment = (example: string) =>
  Type.String({
    maxLength: 40,
    pattern: '^(\\d{1,11}(\\.\\d{1,9})?|\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d)?Z?)?)$',
    description: 'seconds since 1970, or a UTC date as 2026-01-31 or 2026-01-31T09:50',
    examples: [example],
  })

const range = { from: Moment('1767225600'), to: Moment('1769817600') }

export const ChartQuery = Type.Object({
  vs_currency: VsCurrency,
  days: Days,
  interval: ChartInterval,
  precision: Precision,
})

export const ChartRangeQuery = Type.Object({
  vs_currency: VsCurrency,
  ...range,
  interval: ChartInterval,
  precision: Precision,
})

const Series = Type.Array(Type.Array(maybe), {
  description: 'pairs of ms since 1970 and a value, oldest first; null: unknown',
})

/**
 * The three series have the same times. A daily point at 00:00 of D is the close of D-1. The newest observation comes last
 * in a chart of `days`.
 */
export const Chart = Type.Object({ prices: Series, market_caps: Series, total_volumes: Series })
export type Chart = Type.Static<typeof Chart>

const ohlcIntervals = ['hourly', 'daily'] as const
export type OhlcInterval = (typeof ohlcIntervals)[number]

export const OhlcQuery = Type.Object({
  vs_currency: VsCurrency,
  days: Days,
  interval: Type.Optional(
    Type.Enum([...ohlcIntervals], { description: 'default: 30 minutes up to 2 days, 4 h up to 30 days, then 4 days' }),
  ),
  precision: Precision,
})

export const OhlcRangeQuery = Type.Object({
  vs_currency: VsCurrency,
  ...range,
  interval: Type.Enum([...ohlcIntervals]),
})

/** The time is the end of the candle; the last one is in progress. */
export const Ohlc = Type.Array(Type.Array(Type.Number()), {
  description: '[end of the candle in ms since 1970, open, high, low, close], oldest first',
})
export type Ohlc = Type.Static<typeof Ohlc>

export const HistoryQuery = Type.Object({
  date: Type.String({
    maxLength: 20,
    pattern: '^\\d{2}-\\d{2}-\\d{4}$',
    description: 'dd-mm-yyyy: the values at 00:00 UTC of this day, which close the day before',
    examples: ['31-01-2026'],
  }),
  localization: flag('accepted; names are in English'),
})

/** A coin at 00:00 UTC of a day. `market_data` is absent when that moment is unknown. */
export const CoinAtDate = Type.Object({
  id: Type.String({ examples: ['bitcoin'] }),
  symbol: Type.String(),
  name: Type.String(),
  localization: Type.Object({ en: Type.String() }),
  image: Type.Object({ thumb: Type.String(), small: Type.String() }),
  market_data: Type.Optional(Type.Object({ current_price: Numbers, market_cap: Numbers, total_volume: Numbers })),
  community_data: Type.Object({ facebook_likes: maybe, reddit_subscribers: maybe }),
  developer_data: Type.Object({ forks: maybe, stars: maybe, subscribers: maybe }),
  public_interest_stats: Type.Object({ alexa_rank: maybe, bing_matches: maybe }),
})
export type CoinAtDate = Type.Static<typeof CoinAtDate>
