import { Type } from 'typebox'
import { currencyQuery } from './currencies.ts'
import { portfolioCurrency } from './portfolios.ts'
import { printable } from './queries.ts'
import { Fraction, Instant, Nullable, Pct, Usd } from './units.ts'

export const PerformanceQuery = Type.Object({
  ...currencyQuery,
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3650, description: 'how many days back; absent: since the first transaction' }),
  ),
  benchmark: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: printable,
      description: 'CoinGecko id or numeric id of a coin; absent: none',
      examples: ['bitcoin'],
    }),
  ),
})

export const PortfolioPerformance = Type.Object({
  ...portfolioCurrency,
  from: Nullable(Instant),
  to: Nullable(Instant),
  start_value_usd: Usd,
  end_value_usd: Usd,
  net_flow_usd: Type.Number({ description: 'money in less money out, US dollars' }),
  profit_usd: Type.Number({ description: 'end value - start value - net flow, US dollars' }),
  time_weighted_return: Nullable(Fraction),
  money_weighted_return: Nullable(
    Type.Number({ description: 'fraction a year (XIRR); null for periods under a day or without a rate' }),
  ),
  max_drawdown: Nullable(Fraction),
  volatility_annualized: Nullable(Fraction),
  sharpe_ratio: Nullable(Type.Number()),
  value_at_risk_95: Nullable(Fraction),
  correlation_btc: Nullable(Type.Number()),
  observations: Type.Integer({ description: 'daily returns that the risk figures are computed from' }),
  contributions: Type.Array(
    Type.Object({
      coin_id: Type.Integer(),
      symbol: Type.String(),
      name: Type.String(),
      profit_usd: Type.Number({ description: 'rounded to 8 decimals; all sum to the profit rounded so' }),
    }),
  ),
  points: Type.Array(
    Type.Object({
      timestamp: Instant,
      value_usd: Usd,
      invested_usd: Type.Number({ description: 'money in less money out since the first transaction' }),
      index: Type.Number({ description: 'time-weighted growth of 1 since the first transaction' }),
      benchmark_usd: Nullable(
        Type.Number({ description: 'value if the same money had bought the benchmark; null without a price' }),
      ),
    }),
    { description: 'the end of each UTC day, and now' },
  ),
})
export type PortfolioPerformance = Type.Static<typeof PortfolioPerformance>

/** Shapes of older clients. */
export const ValueHistory = Type.Array(Type.Object({ timestamp: Instant, value: Usd }))
export const ValuePerformance = Type.Object({
  days: Type.Integer(),
  data_points: Type.Array(Type.Object({ timestamp: Instant, value_usd: Usd })),
})
const days = Type.Integer({ minimum: 1, maximum: 365, default: 30, description: 'how many days back from now' })
export const DaysBackQuery = Type.Object({ days })
export const BenchmarkQuery = Type.Object({
  days,
  symbol: Type.String({ minLength: 1, maxLength: 100, pattern: printable, default: 'btc' }),
})
export const BenchmarkHistory = Type.Object({
  symbol: Type.String(),
  days: Type.Integer(),
  data_points: Type.Array(
    Type.Object({ timestamp: Instant, value: Type.Number({ description: 'price, 100 at the first point' }) }),
  ),
})

export const Attribution = Type.Object({
  total_value: Usd,
  total_cost_basis: Usd,
  total_pnl: Usd,
  total_return_pct: Nullable(Pct),
  holdings: Type.Array(
    Type.Object({
      coin_id: Type.Integer(),
      symbol: Type.String(),
      name: Type.String(),
      image_url: Nullable(Type.String()),
      category: Nullable(Type.String()),
      quantity: Type.Number(),
      cost_basis: Usd,
      current_value: Usd,
      pnl: Usd,
      return_pct: Nullable(Pct),
      weight: Type.Number({ description: 'fraction of the value' }),
      contribution: Type.Number({ description: 'percent; all sum to total_return_pct' }),
    }),
  ),
  sectors: Type.Array(
    Type.Object({
      category: Type.String(),
      total_value: Usd,
      contribution: Type.Number(),
      holding_count: Type.Integer(),
    }),
  ),
})
export type Attribution = Type.Static<typeof Attribution>

export const Insights = Type.Object({ insights: Type.String({ description: 'plain sentences, one a line' }) })
