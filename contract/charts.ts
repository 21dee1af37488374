import { type TSchema, Type } from 'typebox'
import { currencyQuery, optionalCurrency, optionalPrice } from './currencies.ts'
import { intervals, maxCandles } from './intervals.ts'
import { chartFormats, maxSparklines, ohlcvSources } from './lists.ts'
import { printable } from './queries.ts'
import { Amount, Day, Instant, Nullable, Usd } from './units.ts'

const maxDays = 365
export const defaultDays = 30
export const defaultLimit = 300

/** How many days back from now. */
const DaysQuery = Type.Object({ days: Type.Integer({ minimum: 1, maximum: maxDays, default: defaultDays }) })

const date = { format: 'date-time', description: 'UTC instant, RFC 3339 with Z' }

const format = Type.Enum([...chartFormats], {
  default: 'json',
  description: 'csv, ndjson, parquet: the rows alone, as a file; the header x-next-cursor is next_cursor',
})
export type ChartFormat = Type.Static<typeof format>

const NextCursor = Type.Optional(
  Nullable(Type.String({ ...date, description: 'send it as cursor for the next page; null: this is the last page' })),
)

export const maxHistoryRows = 5000

/** `days`, thinned to 1,000 points, or every stored price of a range, page by page. */
export const HistoryQuery = Type.Object({
  ...DaysQuery.properties,
  from: Type.Optional(Type.String({ ...date, description: `${date.description}: every price at it or later` })),
  to: Type.Optional(Type.String({ ...date, description: `${date.description}: with from, prices before it (now)` })),
  cursor: Type.Optional(Type.String({ ...date, description: 'with from: next_cursor of the page before' })),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: maxHistoryRows,
      description: `with from: prices per page (${maxHistoryRows})`,
    }),
  ),
  format,
  ...currencyQuery,
})
export type HistoryQuery = Type.Static<typeof HistoryQuery>

const coin = { coin_id: Type.Integer(), symbol: Type.String(), name: Type.String() }

/**
 * The price of a coin over time, oldest first, up to 1,000 points: one every `step_minutes`, the first, the last, and
 * the low and high of every 8 steps. Gaps in the history stay gaps. Where only candles are left, the close is at the
 * end of its day. With `from`: every stored price of the range, and `step_minutes` is 0.
 */
export const CoinHistory = Type.Object({
  ...coin,
  ...optionalCurrency,
  step_minutes: Type.Integer({ description: 'minutes between the evenly spaced points; 0: every stored price' }),
  next_cursor: NextCursor,
  prices: Type.Array(Type.Object({ timestamp: Instant, price_usd: Usd, ...optionalPrice })),
})
export type CoinHistory = Type.Static<typeof CoinHistory>

/** A range (`from`, `to`), or `days` with 1d, or `limit` with the other intervals. */
export const OhlcvQuery = Type.Object({
  interval: Type.Enum([...intervals], { default: '1d', description: 'length of a candle' }),
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: maxDays, description: `1d only: how many closed days back (${defaultDays})` }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      description: `all but 1d: how many candles (${defaultLimit}); 1m to 1h from an exchange or the stream alone`,
    }),
  ),
  from: Type.Optional(
    Type.String({
      ...date,
      description: `${date.description}: candles that open at it or later, ${maxCandles} per page`,
    }),
  ),
  to: Type.Optional(Type.String({ ...date, description: `${date.description}: candles that open before it (now)` })),
  cursor: Type.Optional(Type.String({ ...date, description: 'with from: next_cursor of the page before' })),
  source: Type.Optional(
    Type.Enum([...ohlcvSources], {
      default: 'auto',
      description:
        'exchange: candles of an exchange; coingecko: of the snapshots of CoinGecko and, below 1d, of the live stream; auto: those of an exchange where they reach back as far, and coingecko after their end',
    }),
  ),
  format,
})
export type OhlcvQuery = Type.Static<typeof OhlcvQuery>
export const OhlcvCurrencyQuery = Type.Object({ ...OhlcvQuery.properties, ...currencyQuery })

const candleIn = <T extends TSchema>(amount: T) =>
  Type.Object({
    date: Day,
    timestamp: Type.String({ format: 'date-time', description: 'UTC instant at which the candle opens' }),
    open: amount,
    high: amount,
    low: amount,
    close: amount,
    volume: Nullable(
      Type.Number({
        description:
          'of an exchange: traded on its market; otherwise 1d: rolling 24h volume at the close, 1w: the sum of its days; in the currency of vs_currency; else null',
      }),
    ),
    samples: Type.Integer({
      description: 'observations: prices of the stream or facts; of an exchange: 4 per stored candle',
    }),
    close_at: Nullable(
      Type.String({
        format: 'date-time',
        description: '1d, 1w: when the close was observed; it counts as a close within 1 h of the end of the day',
      }),
    ),
    granularity: Nullable(
      Type.String({
        description: '1d, 1w: the coarsest grid of the observations: daily, hourly, 10min or 5min; else null',
      }),
    ),
    change_pct: Nullable(Type.Number({ description: 'close to close, percent; null without both closes' })),
  })

/**
 * Candles of a coin, oldest first; intervals without a price are left out. `1d`: closed UTC days [D 00:00, D+1 00:00],
 * both midnights included. `1w`: closed weeks from Monday, from daily candles. Shorter intervals, the last one in progress:
 * with `limit` the newest of the live stream; in a range each from the stream or from the facts on a grid no wider than the
 * interval, whichever has more observations. Candles of an exchange are converted to USD at the rate of their end.
 */
const ohlcvIn = <T extends TSchema>(amount: T) =>
  Type.Object({
    ...coin,
    ...optionalCurrency,
    interval: Type.Enum([...intervals]),
    source: Type.String({
      description:
        'of the candles: coingecko, stream (below 1d: the live stream and snapshots), or an exchange: binance',
    }),
    market: Nullable(Type.String({ description: 'of the exchange: BTC/USDT, converted to USD; null: no exchange' })),
    continued_at: Nullable(
      Type.String({
        ...date,
        description: 'candles from it on are of CoinGecko or the stream, because the exchange has none yet; null: none',
      }),
    ),
    next_cursor: NextCursor,
    candles: Type.Array(candleIn(amount)),
    in_progress: Type.Array(candleIn(amount), {
      description: '1d, 1w: in progress: today and, until its candle is stored, yesterday, or their weeks; else empty',
    }),
  })
type UsdOhlcv = ReturnType<typeof ohlcvIn<typeof Usd>>
export type CoinOhlcv = Type.Static<UsdOhlcv>

/** In another currency each candle has the rate of its end; its amounts are null without one. */
export const CoinOhlcvIn = ohlcvIn(Nullable(Amount))
export type CoinOhlcvIn = Type.Static<typeof CoinOhlcvIn>

export const SparklineQuery = Type.Object({
  ids: Type.String({
    minLength: 1,
    maxLength: 4000,
    pattern: printable,
    description: `numeric ids or CoinGecko ids, comma-separated, up to ${maxSparklines}`,
  }),
  ...currencyQuery,
})

/** The last price of every 6 h over 7 days, oldest first, in the currency of vs_currency at the rate of its time. */
export const Sparklines = Type.Array(
  Type.Object({ coin_id: Type.Integer(), prices: Type.Array(Amount, { maxItems: 28 }) }),
)
export type Sparklines = Type.Static<typeof Sparklines>
