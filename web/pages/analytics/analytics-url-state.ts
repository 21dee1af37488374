import { analyticsPeriods } from '@contract/lists.ts'
import { createLoader, parseAsBoolean, parseAsStringLiteral } from 'nuqs/server'

const periods = analyticsPeriods.map((days) => `${days}` as const)
export type Period = (typeof periods)[number]

const sizes = ['10', '15', '25'] as const

const verticals = ['return', 'sharpe'] as const
export type Vertical = (typeof verticals)[number]

/** The URL state of the page. `coins`: their number in the heatmap; `y`: the vertical axis of the scatter. */
export const analyticsParsers = {
  period: parseAsStringLiteral(periods).withDefault('90'),
  stablecoins: parseAsBoolean.withDefault(false),
  wrapped: parseAsBoolean.withDefault(false),
  coins: parseAsStringLiteral(sizes).withDefault('15'),
  y: parseAsStringLiteral(verticals).withDefault('return'),
}

export const loadAnalyticsState = createLoader(analyticsParsers)

export const periodOptions = periods.map((value) => ({
  value,
  label: `${value}d`,
  title: `Last ${value} closed days`,
}))

export const sizeOptions = sizes.map((value) => ({
  value,
  label: value,
  title: `Top ${value} coins by market cap`,
}))

export const verticalOptions = [
  { value: 'return', label: 'Return', title: 'Vertical axis: return over the period' },
  { value: 'sharpe', label: 'Sharpe', title: 'Vertical axis: annualized Sharpe ratio' },
] as const
