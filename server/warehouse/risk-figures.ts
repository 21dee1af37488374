import type { RiskFigures } from '../../contract/analytics.ts'

/** The computed columns of analytics_volatility. */
export const riskFigures = [
  'period_return',
  'cagr',
  'volatility',
  'volatility_annualized',
  'max_drawdown',
  'sharpe_ratio',
  'sortino_ratio',
  'calmar_ratio',
  'beta_btc',
  'correlation_btc',
  'value_at_risk_95',
  'best_day_return',
  'best_day_date',
  'worst_day_return',
  'worst_day_date',
] as const satisfies (keyof RiskFigures)[]

export type RiskFigure = (typeof riskFigures)[number]
