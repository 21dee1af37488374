import { Type } from 'typebox'
import { CoinKind } from './coins.ts'
import { analyticsPeriods } from './lists.ts'
import { CoinIdText } from './queries.ts'
import { minAnnualizedReturns, minGrowthDays, minReturns, minReturnsPct } from './returns.ts'
import { Day, Fraction, Instant, LogoUrl, Nullable, Usd } from './units.ts'

export { analyticsPeriods }

const period = { period_days: Type.Integer({ enum: [...analyticsPeriods], default: 30 }) }
const exclude_stablecoins = Type.Boolean({ default: false })
const exclude_wrapped = Type.Boolean({
  default: false,
  description: 'exclude wrapped, staked and bridged forms of other assets',
})
const observations = Type.Integer({
  description: `daily returns in the period; figures need ${minReturnsPct}% of the period and at least ${minReturns}`,
})
export const AsOf = Nullable(
  Type.String({ format: 'date', description: 'the last closed UTC day; null before the first run' }),
)
const ComputedAt = Nullable(Instant)

export const CoinAnalyticsQuery = Type.Object({
  ...period,
  include_related: Type.Boolean({
    default: false,
    description: 'include stablecoins, wrapped, staked and bridged coins, and forms of the same asset',
  }),
})
export type CoinAnalyticsQuery = Type.Static<typeof CoinAnalyticsQuery>

export const CorrelationQuery = Type.Object({
  ...period,
  top_n: Type.Integer({ minimum: 2, maximum: 100, default: 15, description: 'the largest coins by market cap' }),
  exclude_stablecoins,
  exclude_wrapped,
})
export type CorrelationQuery = Type.Static<typeof CorrelationQuery>

/**
 * Correlations of the largest coins: `matrix[i][j]` is that of coins `i` and `j`, 1 on the diagonal, null with too few
 * common returns or a constant price. All lists are in the same order.
 */
export const CorrelationMatrix = Type.Object({
  coins: Type.Array(Type.String({ description: 'symbol, lower case; not unique' })),
  ids: Type.Array(Type.Integer()),
  coingecko_ids: Type.Array(Type.String()),
  names: Type.Array(Type.String()),
  kinds: Type.Array(CoinKind),
  matrix: Type.Array(Type.Array(Nullable(Type.Number({ minimum: -1, maximum: 1 })))),
  observations: Type.Array(Type.Array(Type.Integer({ description: 'days on which both have a return' }))),
  period_days: Type.Integer(),
  as_of: AsOf,
  computed_at: ComputedAt,
})
export type CorrelationMatrix = Type.Static<typeof CorrelationMatrix>

/**
 * Return and risk of a coin over a period, from simple daily returns. Figures are null with too few observations; the
 * reasons say why, and are null otherwise.
 */
const Figures = {
  period_days: Type.Integer(),
  observations,
  as_of: AsOf,
  period_return: Nullable(Type.Number({ description: 'last / first close of the period - 1, a fraction' })),
  cagr: Nullable(
    Type.Number({
      description: `compound annual growth rate, (last / first close)^(365 / days) - 1, a fraction; from ${minGrowthDays} days on`,
    }),
  ),
  cagr_reason: Nullable(Type.String({ description: 'why cagr and calmar_ratio are null' })),
  volatility: Nullable(Type.Number({ description: 'sample standard deviation of the daily returns, a fraction' })),
  volatility_annualized: Nullable(
    Type.Number({
      description: `annualized volatility, volatility * sqrt(365), a fraction; from ${minAnnualizedReturns} returns on`,
    }),
  ),
  annualized_reason: Nullable(
    Type.String({ description: 'why volatility_annualized, sharpe_ratio and sortino_ratio are null' }),
  ),
  max_drawdown: Nullable(Type.Number({ description: 'largest fall of the close from a peak, a positive fraction' })),
  sharpe_ratio: Nullable(
    Type.Number({
      description: `annualized; null with fewer than ${minAnnualizedReturns} returns or volatility < 1e-9`,
    }),
  ),
  sortino_ratio: Nullable(
    Type.Number({
      description: `annualized; null with fewer than ${minAnnualizedReturns} returns or when nothing fell`,
    }),
  ),
  calmar_ratio: Nullable(
    Type.Number({ description: `cagr / max_drawdown; from ${minGrowthDays} days on; null when nothing fell` }),
  ),
  beta_btc: Nullable(Type.Number({ description: 'slope of the daily returns on those of bitcoin' })),
  correlation_btc: Nullable(Type.Number({ description: 'correlation of the daily returns with those of bitcoin' })),
  value_at_risk_95: Nullable(
    Type.Number({ description: 'loss that one day in 20 reaches or passes, a fraction; below 0: a gain even then' }),
  ),
  best_day_return: Nullable(Fraction),
  best_day_date: Nullable(Day),
  worst_day_return: Nullable(Fraction),
  worst_day_date: Nullable(Day),
}

export const RiskFigures = Type.Object(Figures)
export type RiskFigures = Type.Static<typeof RiskFigures>

export const VolatilityQuery = Type.Object({
  ...period,
  top_n: Type.Integer({ minimum: 1, maximum: 20_000, default: 1000, description: 'the largest coins by market cap' }),
  exclude_stablecoins,
  exclude_wrapped,
})
export type VolatilityQuery = Type.Static<typeof VolatilityQuery>

/** The tracked coins with their risk, most volatile first; those with too little data last, without a rank. */
export const VolatilityRanking = Type.Array(
  Type.Object({
    rank: Nullable(Type.Integer({ description: 'by volatility, 1 is the highest; ties share a rank' })),
    coin_id: Type.Integer(),
    coingecko_id: Type.String(),
    symbol: Type.String(),
    name: Type.String(),
    image_url: Nullable(Type.String()),
    logo_url: Nullable(LogoUrl),
    kind: CoinKind,
    market_cap_rank: Nullable(Type.Integer()),
    market_cap: Nullable(Usd),
    ...Figures,
  }),
)
export type VolatilityRanking = Type.Static<typeof VolatilityRanking>

const CorrelatedCoin = Type.Object({
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  symbol: Type.String(),
  name: Type.String(),
  image_url: Nullable(Type.String()),
  logo_url: Nullable(LogoUrl),
  kind: CoinKind,
  is_stablecoin: Type.Boolean(),
  correlation: Type.Number({ minimum: -1, maximum: 1 }),
  observations: Type.Integer({ description: 'days on which both have a return' }),
})

/**
 * The risk of one coin over every period, with the figures of `period_days` also at the top level, and the most and
 * least correlated coins. No coin is in both lists; they are empty unless `is_correlated`.
 */
export const CoinAnalytics = Type.Object({
  coin_id: Type.Integer(),
  symbol: Type.String(),
  name: Type.String(),
  ...Figures,
  computed_at: ComputedAt,
  is_correlated: Type.Boolean({ description: 'among the largest coins, which have pairwise correlations' }),
  periods: Type.Array(RiskFigures),
  most_correlated: Type.Array(CorrelatedCoin, { maxItems: 5 }),
  least_correlated: Type.Array(CorrelatedCoin, { maxItems: 5 }),
})
export type CoinAnalytics = Type.Static<typeof CoinAnalytics>

const ReturnKind = Type.Enum(['simple', 'log'], {
  default: 'simple',
  description: 'simple: close / previous close - 1; log: its natural logarithm',
})
const windowQuery = {
  from: Type.Optional(
    Type.String({ format: 'date', description: 'first UTC day; default: `period_days` before `to`' }),
  ),
  to: Type.Optional(Type.String({ format: 'date', description: 'last closed UTC day; default: yesterday' })),
  returns: ReturnKind,
}

export const RiskQuery = Type.Object({
  ...windowQuery,
  ...period,
  benchmark: Type.String({ ...CoinIdText, default: 'bitcoin' }),
  top_n: Type.Integer({ minimum: 1, maximum: 100, default: 25, description: 'the largest coins by market cap' }),
  exclude_stablecoins,
  exclude_wrapped,
})
export type RiskQuery = Type.Static<typeof RiskQuery>

const CoinName = { coin_id: Type.Integer(), coingecko_id: Type.String(), symbol: Type.String(), name: Type.String() }
const Bound = (text: string) => Nullable(Type.Number({ description: `${text} of the 95% confidence interval` }))

const {
  beta_btc: _beta,
  correlation_btc: _correlation,
  cagr_reason: _cagr,
  annualized_reason: _annualized,
  period_days: _period,
  as_of: _asOf,
  ...windowFigures
} = Figures

/**
 * Risk of the largest coins over the closed UTC days `from` to `to`, both included, against a benchmark. With log returns
 * all figures of daily returns are of those; growth and drawdown stay those of the closes. Few returns give null.
 */
export const RiskTable = Type.Object({
  from: Day,
  to: Day,
  days: Type.Integer(),
  returns: ReturnKind,
  benchmark: Type.Object(CoinName),
  coins: Type.Array(
    Type.Object({
      ...CoinName,
      kind: CoinKind,
      ...windowFigures,
      sharpe_low: Bound('lower bound (Mertens 2002)'),
      sharpe_high: Bound('upper bound (Mertens 2002)'),
      beta: Nullable(Type.Number({ description: 'slope of the daily returns on those of the benchmark' })),
      correlation: Nullable(Type.Number({ description: 'correlation of the daily returns with the benchmark' })),
      correlation_low: Bound('lower bound (Fisher)'),
      correlation_high: Bound('upper bound (Fisher)'),
      expected_shortfall_95: Nullable(
        Type.Number({ description: 'mean loss of the days at or beyond value_at_risk_95, a fraction' }),
      ),
    }),
  ),
})
export type RiskTable = Type.Static<typeof RiskTable>
export type RiskTableCoin = RiskTable['coins'][number]

export const RollingQuery = Type.Object({
  ...windowQuery,
  period_days: Type.Integer({ enum: [...analyticsPeriods], default: 365 }),
  coin: Type.String({ ...CoinIdText, default: 'ethereum' }),
  versus: Type.String({ ...CoinIdText, default: 'bitcoin' }),
  window: Type.Integer({ minimum: 7, maximum: 365, default: 30, description: 'daily returns in each window' }),
})
export type RollingQuery = Type.Static<typeof RollingQuery>

/** Volatility of a coin, and its correlation with and beta to another, over the window that ends on each day. */
export const Rolling = Type.Object({
  from: Day,
  to: Day,
  window: Type.Integer(),
  returns: ReturnKind,
  coin: Type.Object(CoinName),
  versus: Type.Object(CoinName),
  points: Type.Array(
    Type.Object({
      date: Day,
      observations: Type.Integer({ description: 'daily returns of the coin in the window' }),
      volatility: Nullable(Fraction),
      volatility_annualized: Nullable(
        Type.Number({ description: `a fraction; from ${minAnnualizedReturns} returns on` }),
      ),
      correlation: Nullable(Type.Number({ minimum: -1, maximum: 1 })),
      correlation_low: Bound('lower bound (Fisher)'),
      correlation_high: Bound('upper bound (Fisher)'),
      beta: Nullable(Type.Number()),
    }),
  ),
})
export type Rolling = Type.Static<typeof Rolling>
