import { Type } from 'typebox'
import { Instant, Nullable, Usd } from './units.ts'

/** How far back, in days before now. */
export const DaysQuery = Type.Object({ days: Type.Integer({ minimum: 1, maximum: 365, default: 30 }) })
export type DaysQuery = Type.Static<typeof DaysQuery>

const whose = { coin_id: Type.Integer(), symbol: Type.String(), name: Type.String() }

/**
 * The price of a coin over time, oldest first: at most 1,000 points, the first, the last and every extreme among them.
 * A hole in the history is a hole here. Where only candles are left, the close stands at the end of its day.
 */
export const CoinHistory = Type.Object({
  ...whose,
  prices: Type.Array(Type.Object({ timestamp: Instant, price_usd: Usd })),
})
export type CoinHistory = Type.Static<typeof CoinHistory>

/** Daily candles of closed UTC days, oldest first; a day without facts has none. */
export const CoinOhlcv = Type.Object({
  ...whose,
  candles: Type.Array(
    Type.Object({
      date: Type.String({ format: 'date', description: 'UTC day' }),
      open: Usd,
      high: Usd,
      low: Usd,
      close: Usd,
      volume: Nullable(Type.Number({ description: 'US dollars traded in the 24 h before the last fact of the day' })),
      samples: Type.Integer({ description: 'facts of the day' }),
    }),
  ),
})
export type CoinOhlcv = Type.Static<typeof CoinOhlcv>

export const maxSparklines = 50

export const SparklineQuery = Type.Object({
  ids: Type.String({
    minLength: 1,
    maxLength: 4000,
    pattern: '^[^\\u0000]*$',
    description: `numeric ids or CoinGecko ids, comma-separated, at most ${maxSparklines}`,
  }),
})

/** The last 7 days of each coin: the price at the end of every 6 h, oldest first, the newest one last. */
export const Sparklines = Type.Array(
  Type.Object({ coin_id: Type.Integer(), prices: Type.Array(Usd, { maxItems: 28 }) }),
)
export type Sparklines = Type.Static<typeof Sparklines>
