import { minAnnualizedReturns, minGrowthDays, toMinReturns } from '../../contract/returns.ts'
import { computeMoments, type Moments } from './moments.ts'
import { computePearson } from './pearson.ts'
import {
  computeCagr,
  computeCalmar,
  computeDownside,
  computeMaxDrawdown,
  computeSharpe,
  computeSortino,
  computeValueAtRisk,
  type Year,
} from './ratios.ts'
import { computeReturns, dropGaps, type ReturnKind } from './returns.ts'

/** Of value at risk and expected shortfall. */
export const confidence = 0.95

/**
 * The metrics of one coin over one period. All are null with too few returns (`contract/returns.ts`), annualized ones
 * also with fewer than 30 returns, and growth in periods under 90 days. Fractions except ratios and `beta_btc`. Day 0 is
 * the first day of the period.
 */
export type Risk = {
  observations: number
  period_return: number | null
  cagr: number | null
  volatility: number | null
  volatility_annualized: number | null
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

const noFigures = {
  period_return: null,
  cagr: null,
  volatility: null,
  volatility_annualized: null,
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
 * All metrics of a coin from its daily closes (NaN: no close). `market`: bitcoin's returns of the same days, for beta
 * and correlation, of the same kind.
 */
export function computeRisk(closes: Float64Array, market: Float64Array, year: Year, kind: ReturnKind = 'simple'): Risk {
  const minimum = toMinReturns(closes.length)
  const daily = computeReturns(closes, kind)
  const returns = dropGaps(daily)
  const observations = returns.length
  if (observations < minimum) return { observations, ...noFigures }
  const moments = computeMoments(returns)
  const max_drawdown = computeMaxDrawdown(closes)
  const against = computePearson(market, daily)
  const isKnown = against.observations >= minimum
  const { best, worst } = findExtremes(daily)
  return {
    observations,
    ...computeGrowth(closes, max_drawdown ?? 0, year),
    volatility: toFinite(moments.deviation),
    max_drawdown,
    ...(observations < minAnnualizedReturns ? notAnnualized : annualize(returns, moments, year)),
    beta_btc: isKnown ? toFinite(against.slope) : null,
    correlation_btc: isKnown ? toFinite(against.correlation) : null,
    value_at_risk_95: toFinite(computeValueAtRisk(returns, confidence)),
    best_day_return: toFinite(daily[best] ?? null),
    best_day: best + 1,
    worst_day_return: toFinite(daily[worst] ?? null),
    worst_day: worst + 1,
  }
}

const notAnnualized = { volatility_annualized: null, sharpe_ratio: null, sortino_ratio: null } as const

function annualize(returns: Float64Array, moments: Moments, year: Year) {
  const downside = computeDownside(returns, year.riskFreeRate / year.periods)
  return {
    volatility_annualized: toFinite(moments.deviation * Math.sqrt(year.periods)),
    sharpe_ratio: computeSharpe(moments, year),
    sortino_ratio: computeSortino(moments.mean, downside, year),
  }
}

/** Growth from the first close to the last, including gaps. */
function computeGrowth(closes: Float64Array, maxDrawdown: number, year: Year) {
  const isThere = (close: number) => !Number.isNaN(close)
  const [first, last] = [closes.findIndex(isThere), closes.findLastIndex(isThere)]
  const growth = (closes[last] as number) / (closes[first] as number)
  const period_return = toFinite(growth - 1)
  if (closes.length < minGrowthDays) return { period_return, cagr: null, calmar_ratio: null }
  const cagr = computeCagr(growth, last - first, year)
  return { period_return, cagr: toFinite(cagr), calmar_ratio: computeCalmar(cagr, maxDrawdown) }
}

/** Null for values that overflow a double. */
const toFinite = (value: number | null): number | null => (Number.isFinite(value) ? value : null)

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
