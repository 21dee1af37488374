import { Type } from 'typebox'
import { printable } from './queries.ts'
import { Nullable } from './units.ts'

// The "universal data feed" of TradingView's charting library. Field names are those of its protocol.

const resolutions = ['1', '5', '15', '60', '240', '1D', '1W'] as const
export type Resolution = (typeof resolutions)[number]
const names = Type.Array(Type.Enum([...resolutions]))

const Choice = Type.Object({ value: Type.String(), name: Type.String(), desc: Type.Optional(Type.String()) })

export const UdfConfig = Type.Object({
  supports_search: Type.Boolean(),
  supports_group_request: Type.Boolean(),
  supports_marks: Type.Boolean(),
  supports_timescale_marks: Type.Boolean(),
  supports_time: Type.Boolean(),
  exchanges: Type.Array(Choice),
  symbols_types: Type.Array(Choice),
  supported_resolutions: names,
})
export const udfConfig: Type.Static<typeof UdfConfig> = {
  supports_search: true,
  supports_group_request: false,
  supports_marks: false,
  supports_timescale_marks: false,
  supports_time: true,
  exchanges: [{ value: '', name: 'All', desc: '' }],
  symbols_types: [{ value: 'crypto', name: 'Crypto' }],
  supported_resolutions: [...resolutions],
}

const SymbolText = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: printable,
  description: 'CoinGecko id, or symbol of the largest coin that has it, also as BTCUSD',
  examples: ['bitcoin'],
})

export const UdfSymbolQuery = Type.Object({ symbol: SymbolText })

export const UdfSymbol = Type.Object({
  ticker: Type.String({ description: 'CoinGecko id', examples: ['bitcoin'] }),
  name: Type.String({ examples: ['BTCUSD'] }),
  description: Type.String(),
  type: Type.String({ examples: ['crypto'] }),
  session: Type.String({ examples: ['24x7'] }),
  timezone: Type.String({ examples: ['Etc/UTC'] }),
  exchange: Type.String(),
  listed_exchange: Type.String(),
  currency_code: Type.String({ examples: ['USD'] }),
  format: Type.String({ examples: ['price'] }),
  minmov: Type.Integer(),
  pricescale: Type.Number({ description: 'a power of 10: the decimal places of the price' }),
  has_intraday: Type.Boolean(),
  has_daily: Type.Boolean(),
  has_weekly_and_monthly: Type.Boolean(),
  intraday_multipliers: Type.Array(Type.String()),
  supported_resolutions: names,
  visible_plots_set: Type.String({ examples: ['ohlc'] }),
  data_status: Type.String({ examples: ['streaming'] }),
})
export type UdfSymbol = Type.Static<typeof UdfSymbol>

export const UdfSearchQuery = Type.Object({
  query: Type.Optional(Type.String({ maxLength: 100, pattern: printable, description: 'text', examples: ['bit'] })),
  type: Type.Optional(Type.String({ maxLength: 20, pattern: printable, description: 'ignored', examples: ['crypto'] })),
  exchange: Type.Optional(Type.String({ maxLength: 50, pattern: printable, description: 'ignored', examples: [''] })),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 30 }),
})

export const UdfFound = Type.Array(
  Type.Object({
    symbol: Type.String({ examples: ['BTCUSD'] }),
    full_name: Type.String(),
    description: Type.String(),
    exchange: Type.String(),
    ticker: Type.String({ examples: ['bitcoin'] }),
    type: Type.String({ examples: ['crypto'] }),
  }),
)

const seconds = { minimum: 0, maximum: 99_999_999_999, description: 'seconds since 1970' }

export const UdfHistoryQuery = Type.Object({
  symbol: SymbolText,
  resolution: Type.Enum([...resolutions]),
  from: Type.Integer({ ...seconds, examples: [1_767_225_600] }),
  to: Type.Integer({ ...seconds, description: 'seconds since 1970, exclusive', examples: [1_798_761_600] }),
  countback: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 5000, description: 'how many bars before `to`; it wins over `from`' }),
  ),
})

const prices = Type.Optional(Type.Array(Type.Number()))

/** Bars as columns, oldest first. `t`: opening in seconds since 1970. `v` is the rolling 24h volume of daily bars. */
export const UdfHistory = Type.Object({
  s: Type.Enum(['ok', 'no_data']),
  t: Type.Optional(Type.Array(Type.Integer())),
  o: prices,
  h: prices,
  l: prices,
  c: prices,
  v: Type.Optional(Type.Array(Nullable(Type.Number()))),
  nextTime: Type.Optional(
    Nullable(Type.Integer({ description: 'no_data: when the bar before the range opens; null: there is none' })),
  ),
})
export type UdfHistory = Type.Static<typeof UdfHistory>
