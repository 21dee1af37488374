import { Type } from 'typebox'
import { Instant, Nullable, Usd } from './units.ts'

/** How far back, in days before now. */
export const DaysQuery = Type.Object({ days: Type.Integer({ minimum: 1, maximum: 365, default: 30 }) })
export type DaysQuery = Type.Static<typeof DaysQuery>

const whose = { coin_id: Type.Integer(), symbol: Type.String(), name: Type.String() }

/**
 * The price of a coin over time, oldest first, in up to 1,000 points: one every `step_minutes`, the first, the last, and
 * the lowest and highest of every 8 steps. No part of the range is denser than another. A gap in the history is a gap
 * here. Where only candles are left, the close stands at the end of its day.
 */
export const CoinHistory = Type.Object({
  ...whose,
  step_minutes: Type.Integer({ description: 'how far apart the evenly spread points are' }),
  prices: Type.Array(Type.Object({ timestamp: Instant, price_usd: Usd })),
})
export type CoinHistory = Type.Static<typeof CoinHistory>

/** How long a candle lasts: minutes and an hour from the live stream, a day from the market snapshots. */
const intervals = ['1m', '5m', '15m', '1h', '1d'] as const
export type Interval = (typeof intervals)[number]

export const defaultDays = 30
export const defaultLimit = 300

/** `days` goes with 1d, `limit` with the shorter intervals. */
export const OhlcvQuery = Type.Object({
  interval: Type.Enum([...intervals], { default: '1d', description: 'how long a candle lasts' }),
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 365, description: `1d only: how many closed days back (${defaultDays})` }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: `1m to 1h only: how many candles (${defaultLimit})` }),
  ),
})
export type OhlcvQuery = Type.Static<typeof OhlcvQuery>

const Candle = Type.Object({
  date: Type.String({ format: 'date', description: 'UTC day' }),
  timestamp: Type.String({ format: 'date-time', description: 'UTC instant at which the candle opens' }),
  open: Usd,
  high: Usd,
  low: Usd,
  close: Usd,
  volume: Nullable(Type.Number({ description: '1d: rolling 24h volume at the close, US dollars; else null' })),
  samples: Type.Integer({ description: '1d: observations of the day; else prices of the stream' }),
  close_at: Nullable(
    Type.String({
      format: 'date-time',
      description: '1d: when the close was observed; only within 1 h of the end of the day does it count as a close',
    }),
  ),
  granularity: Nullable(
    Type.String({ description: '1d: the coarsest grid of the observations: daily, hourly, 10min or 5min; else null' }),
  ),
  change_pct: Nullable(
    Type.Number({ description: 'close to close, percent; null where either interval has no close' }),
  ),
})

/**
 * Candles of a coin, oldest first; a time without a price has none. `1d`: closed UTC days [D 00:00, D+1 00:00], both
 * midnights included: the price at midnight closes one day and opens the next. Shorter ones: the newest, from the live
 * stream; the last one is in progress and changes as prices come.
 */
export const CoinOhlcv = Type.Object({
  ...whose,
  interval: Type.Enum([...intervals]),
  candles: Type.Array(Candle),
  in_progress: Type.Array(Candle, {
    description: '1d: the days that have no candle yet: today, and until it is made yesterday; else empty',
  }),
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
