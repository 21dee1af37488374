import { computeQuantile, type Moments } from './moments.ts'

/** A deviation of returns below this is rounding: no ratio and no correlation is made of it. */
export const minDeviation = 1e-9

/** How often a year holds the step of a return, and what a year brings without risk, as a fraction. */
export type Year = { periods: number; riskFreeRate: number }

/**
 * Largest fall from a peak, max over t of 1 - close_t / max(close_s, s <= t), a positive fraction. Days without a close
 * (NaN) are passed over. Null without closes.
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
 * Downside deviation of one period, sqrt(mean(min(r - required, 0)²)), over all returns, those above included (Sortino
 * and Price 1994). `required` is the return of one period that is asked for.
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
 * Sortino ratio, (mean(r) * periods - rate) / (downside(r) * sqrt(periods)), where the downside deviation is that below
 * the risk-free rate. Null when nothing fell below it.
 */
export function computeSortino(mean: number, downside: number, { periods, riskFreeRate }: Year): number | null {
  const root = Math.sqrt(periods)
  return toRatio(mean * periods - riskFreeRate, downside * root, minDeviation * root)
}

/**
 * Compound annual growth rate, growth^(periods / steps) - 1, a fraction: `growth` is last / first close, with `steps`
 * between the two.
 */
export const computeCagr = (growth: number, steps: number, { periods }: Pick<Year, 'periods'>): number =>
  growth ** (periods / steps) - 1

/** Calmar ratio, CAGR / max drawdown (Young 1991). Null without a drawdown, or when the rate is not finite. */
export const computeCalmar = (cagr: number, maxDrawdown: number): number | null =>
  toRatio(cagr, maxDrawdown, minDeviation)

/**
 * Historical value at risk, the loss that a share `1 - confidence` of the returns reaches or passes, as a positive fraction:
 * minus the quantile. Negative when even those were gains. NaN without returns.
 */
export const computeValueAtRisk = (returns: Float64Array, confidence: number): number =>
  -computeQuantile(returns, 1 - confidence)
