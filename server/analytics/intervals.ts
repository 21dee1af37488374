import { computeMean } from './moments.ts'

/** The normal quantile of a two-sided 95% interval. */
const z95 = 1.959963984540054

/** A 95% confidence interval. */
export type Interval = { low: number; high: number }

/** Skewness m3 / m2^1.5 and kurtosis m4 / m2² (3 for a normal distribution), from central moments over n. */
export function computeShape(values: Float64Array): { skewness: number; kurtosis: number } {
  const mean = computeMean(values)
  let [second, third, fourth] = [0, 0, 0]
  for (let at = 0; at < values.length; at += 1) {
    const distance = (values[at] as number) - mean
    const square = distance * distance
    second += square
    third += square * distance
    fourth += square * square
  }
  const [m2, m3, m4] = [second / values.length, third / values.length, fourth / values.length]
  return { skewness: m3 / m2 ** 1.5, kurtosis: m4 / (m2 * m2) }
}

type Sample = { skewness: number; kurtosis: number; observations: number }

/**
 * Standard error of a Sharpe ratio per period, sqrt((1 - g * S + (k - 1) / 4 * S²) / (n - 1)) with skewness g and kurtosis
 * k (Mertens 2002, in the form of Bailey and López de Prado 2012). Normal returns give the error of Lo (2002), with n - 1
 * for n.
 */
export const computeSharpeError = (sharpe: number, { skewness, kurtosis, observations }: Sample): number =>
  Math.sqrt((1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe) / (observations - 1))

/** The interval of an annualized Sharpe ratio, ratio ± 1.96 * error * sqrt(periods). */
export function computeSharpeInterval(annualized: number, returns: Float64Array, periods: number): Interval {
  const root = Math.sqrt(periods)
  const sample = { ...computeShape(returns), observations: returns.length }
  const reach = z95 * root * computeSharpeError(annualized / root, sample)
  return { low: annualized - reach, high: annualized + reach }
}

/**
 * The interval of a correlation, tanh(atanh(r) ± 1.96 / sqrt(n - 3)) (Fisher 1921). Null with fewer than 4 observations or
 * a correlation of ±1, where it is not defined.
 */
export function computeCorrelationInterval(correlation: number, observations: number): Interval | null {
  if (observations < 4 || Math.abs(correlation) >= 1) return null
  const [center, reach] = [Math.atanh(correlation), z95 / Math.sqrt(observations - 3)]
  return { low: Math.tanh(center - reach), high: Math.tanh(center + reach) }
}
