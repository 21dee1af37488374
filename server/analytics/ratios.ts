import { computeMean, computeQuantile, type Moments } from './moments.ts'

/** Smaller deviations of returns are rounding errors and give no ratio or correlation. */
export const minDeviation = 1e-9

/** Returns per year, and the annual risk-free rate as a fraction. */
export type Year = { periods: number; riskFreeRate: number }

/** Markets for coins are open every day. */
export const daysPerYear = 365

/**
 * Maximum drawdown, max over t of 1 - close_t / max(close_s, s <= t), a positive fraction. Skips days without a close
 * (NaN). Null without closes.
 */
export function computeMaxDrawdown(closes: Float64Array): number | null {
  let [peak, worst] = [0, 0]
  for (let day = 0; day < closes.length; day += 1) {
    const close = closes[day] as number
    if (close > peak) peak = close
    else if (close < peak) worst = Math.max(worst, 1 - close / peak)
  }
  return peak === 0 ? null : worst
}

/** The distance of each close from the highest so far, close / peak - 1: 0 or below. NaN on days without a close. */
export function computeDrawdowns(closes: Float64Array): Float64Array {
  let peak = 0
  return closes.map((close) => {
    if (close > peak) peak = close
    return close / peak - 1
  })
}

const toRatio = (above: number, below: number, least: number): number | null => {
  const ratio = above / below
  return below >= least && Number.isFinite(ratio) ? ratio : null
}

/**
 * Sharpe ratio, (mean(r) * periods - rate) / (deviation(r) * sqrt(periods)) with the sample deviation (Sharpe 1994).
 * Null when the deviation is below 1e-9.
 */
export function computeSharpe({ mean, deviation }: Moments, { periods, riskFreeRate }: Year): number | null {
  const root = Math.sqrt(periods)
  return toRatio(mean * periods - riskFreeRate, deviation * root, minDeviation * root)
}

/**
 * Downside deviation of one period, sqrt(mean(min(r - required, 0)²)), over all returns (Sortino and Price 1994).
 * `required`: the target return of one period.
 */
export function computeDownside(returns: Float64Array, required: number): number {
  let squares = 0
  for (let at = 0; at < returns.length; at += 1) {
    const below = Math.min((returns[at] as number) - required, 0)
    squares += below * below
  }
  return Math.sqrt(squares / returns.length)
}

/**
 * Sortino ratio, (mean(r) * periods - rate) / (downside(r) * sqrt(periods)), with the downside deviation below the
 * risk-free rate. Null when no return is below it.
 */
export function computeSortino(mean: number, downside: number, { periods, riskFreeRate }: Year): number | null {
  const root = Math.sqrt(periods)
  return toRatio(mean * periods - riskFreeRate, downside * root, minDeviation * root)
}

/**
 * Compound annual growth rate, growth^(periods / steps) - 1, a fraction. `growth`: last / first close. `steps`: the
 * number of periods between the two.
 */
export const computeCagr = (growth: number, steps: number, { periods }: Pick<Year, 'periods'>): number =>
  growth ** (periods / steps) - 1

/** Calmar ratio, CAGR / max drawdown (Young 1991). Null without a drawdown, or when the rate is not finite. */
export const computeCalmar = (cagr: number, maxDrawdown: number): number | null =>
  toRatio(cagr, maxDrawdown, minDeviation)

/**
 * Historical value at risk: the loss that a share `1 - confidence` of the returns reaches or exceeds, as a positive
 * fraction. Negative when that quantile is a gain. NaN without returns.
 */
export const computeValueAtRisk = (returns: Float64Array, confidence: number): number =>
  -computeQuantile(returns, 1 - confidence)

/**
 * Historical expected shortfall (conditional value at risk): the mean loss of the returns at or below the quantile of the
 * value at risk, as a positive fraction (Acerbi and Tasche 2002). NaN without returns.
 */
export function computeExpectedShortfall(returns: Float64Array, confidence: number): number {
  const quantile = computeQuantile(returns, 1 - confidence)
  return -computeMean(returns.filter((value) => value <= quantile))
}
