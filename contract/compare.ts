import { Type } from 'typebox'
import { RiskFigures } from './analytics.ts'
import { compareRanges, maxComparedCoins, rollingReturns } from './compare-lists.ts'
import { currencyQuery } from './currencies.ts'
import { printable } from './queries.ts'
import { Amount, Day, Fraction, LogoUrl, Nullable } from './units.ts'

export const CompareQuery = Type.Object({
  coins: Type.String({
    minLength: 1,
    maxLength: 2010,
    pattern: printable,
    description: `numeric ids or CoinGecko ids, comma-separated, up to ${maxComparedCoins}`,
    examples: ['bitcoin,ethereum'],
  }),
  range: Type.Enum(Object.keys(compareRanges) as (keyof typeof compareRanges)[], {
    default: '1y',
    description: 'closed UTC days before today: 30, 90, 180, 365, 730, 1826 or all',
  }),
  ...currencyQuery,
})

const { period_days: _, as_of: __, beta_btc: ___, correlation_btc: ____, ...figures } = RiskFigures.properties

const ComparedCoin = Type.Object({
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  logo_url: Nullable(LogoUrl),
  first_close: Nullable(
    Type.String({ format: 'date', description: 'first day of its own in the range with a close; null: none' }),
  ),
  last_close: Nullable(
    Type.String({ format: 'date', description: 'last day of its own in the range with a close; null: none' }),
  ),
  ...figures,
  prices: Type.Array(Amount, { description: 'closes, one for each of `dates`' }),
  drawdowns: Type.Array(Fraction, {
    description: 'close / highest close so far - 1, one for each of `dates`: 0 or below',
  }),
  rolling_volatility: Type.Array(Nullable(Fraction), {
    description: `annualized volatility of the last ${rollingReturns} daily returns at each of \`dates\`; null where one is missing`,
  }),
})

/**
 * Coins over the same days: those closed UTC days of the range on which every one of them has a close. Days without a rate
 * of the currency are left out. Figures follow the definitions of `/analytics/volatility`.
 */
export const Comparison = Type.Object({
  range: Type.String({ examples: ['1y'] }),
  vs_currency: Type.String({ examples: ['usd'] }),
  from: Nullable(Type.String({ format: 'date', description: 'first common day; null: none' })),
  to: Nullable(Type.String({ format: 'date', description: 'last common day; null: none' })),
  period_days: Type.Integer({ description: 'days from `from` to `to`, both included' }),
  days: Type.Integer({ description: 'common days with a close of every coin' }),
  step_days: Type.Integer({ description: 'every how many common days a point is listed; figures use all' }),
  dates: Type.Array(Day, { description: 'of the points, oldest first; the last common day is always one' }),
  coins: Type.Array(ComparedCoin, { maxItems: maxComparedCoins }),
  correlation: Type.Array(Type.Array(Nullable(Type.Number({ minimum: -1, maximum: 1 }))), {
    description: 'of the daily returns, in the order of `coins`; null with too few returns or a constant price',
  }),
})
export type Comparison = Type.Static<typeof Comparison>
