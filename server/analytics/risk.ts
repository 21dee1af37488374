import { computeMoments } from './moments.ts'
import { computePearson } from './pearson.ts'
import {
  computeAnnualReturn,
  computeCalmar,
  computeDownside,
  computeMaxDrawdown,
  computeSharpe,
  computeSortino,
  computeValueAtRisk,
  type Year,
} from './ratios.ts'
import { computeReturns, dropGaps } from './returns.ts'
import { Scratch } from './scratch.ts'

const scratch = new Scratch()

const confidence = 0.95

/**
 * The figures of one coin over one period; all are null when it has too few returns. Fractions but for the ratios and
 * `beta_btc`. Days are counted from the first of the period, 0.
 */
export type Risk = {
  observations: number
  volatility: number | null
  max_drawdown: number | null
  sharpe_ratio: number | null
  sortino_ratio: number | null
  calmar_ratio: number | null
  beta_btc: number | null
  correlation_btc: number | null
  value_at_risk_95: number | null
  best_day_return: number | null
  best_day: number | null
  worst_day_return: number | null
  worst_day: number | null
}

/** How many returns a figure over `periodDays` needs: 80 % of the days, and never fewer than 5. */
export const toMinimum = (periodDays: number): number => Math.max(5, Math.ceil((4 * periodDays) / 5))

const noFigures = {
  volatility: null,
  max_drawdown: null,
  sharpe_ratio: null,
  sortino_ratio: null,
  calmar_ratio: null,
  beta_btc: null,
  correlation_btc: null,
  value_at_risk_95: null,
  best_day_return: null,
  best_day: null,
  worst_day_return: null,
  worst_day: null,
} as const

/**
 * All figures of a coin from its closes, one per day of the period, NaN for a day without; `market` are the returns of
 * the same days of what beta and correlation are taken to, bitcoin's.
 */
export function computeRisk(closes: Float64Array, market: Float64Array, year: Year): Risk {
  const minimum = toMinimum(closes.length)
  const daily = computeReturns(closes, scratch.take(Math.max(0, closes.length - 1)))
  const returns = dropGaps(daily)
  const observations = returns.length
  if (observations < minimum) return { observations, ...noFigures }
  const moments = computeMoments(returns)
  const downside = computeDownside(returns, year.riskFreeRate / year.periods)
  const max_drawdown = computeMaxDrawdown(closes)
  const against = computePearson(market, daily)
  const isKnown = against.observations >= minimum
  const { best, worst } = findExtremes(daily)
  return {
    observations,
    volatility: toFinite(moments.deviation),
    max_drawdown,
    sharpe_ratio: computeSharpe(moments, year),
    sortino_ratio: computeSortino(moments.mean, downside, year),
    calmar_ratio: computeCalmar(toAnnualReturn(closes, year), max_drawdown ?? 0),
    beta_btc: isKnown ? toFinite(against.slope) : null,
    correlation_btc: isKnown ? toFinite(against.correlation) : null,
    value_at_risk_95: toFinite(computeValueAtRisk(returns, confidence)),
    best_day_return: toFinite(daily[best] ?? null),
    best_day: best + 1,
    worst_day_return: toFinite(daily[worst] ?? null),
    worst_day: worst + 1,
  }
}

/** Prices that move by more than a double holds give no figure. */
const toFinite = (value: number | null): number | null => (Number.isFinite(value) ? value : null)

/** From the first close to the last, over the days between them, gaps included. */
function toAnnualReturn(closes: Float64Array, year: Year): number {
  const isThere = (close: number) => !Number.isNaN(close)
  const [first, last] = [closes.findIndex(isThere), closes.findLastIndex(isThere)]
  return computeAnnualReturn((closes[last] ?? 0) / (closes[first] ?? 1), last - first, year)
}

function findExtremes(daily: Float64Array): { best: number; worst: number } {
  let [best, worst] = [-1, -1]
  for (let day = 0; day < daily.length; day += 1) {
    const value = daily[day] as number
    if (Number.isNaN(value)) continue
    if (best === -1 || value > (daily[best] as number)) best = day
    if (worst === -1 || value < (daily[worst] as number)) worst = day
  }
  return { best, worst }
}
