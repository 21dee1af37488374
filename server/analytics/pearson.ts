import { minDeviation } from './ratios.ts'

/** Comparison of two series over their shared days. */
export type Pearson = { observations: number; correlation: number | null; slope: number | null }

/**
 * Pearson correlation, sxy / sqrt(sxx * syy), and the slope of y on x, sxy / sxx (the beta of y when x is the market),
 * over the days on which both series have a value (NaN: none). Two passes. The second is corrected for the rounding of
 * the means (Chan, Golub and LeVeque 1983). Null when a divisor deviation is below 1e-9.
 */
export function computePearson(x: Float64Array, y: Float64Array): Pearson {
  let observations = 0
  let sumX = 0
  let sumY = 0
  for (let day = 0; day < x.length; day += 1) {
    const a = x[day] as number
    const b = y[day] as number
    if (Number.isNaN(a + b)) continue
    observations += 1
    sumX += a
    sumY += b
  }
  const [meanX, meanY] = [sumX / observations, sumY / observations]
  let restX = 0
  let restY = 0
  let sxx = 0
  let syy = 0
  let sxy = 0
  for (let day = 0; day < x.length; day += 1) {
    const dx = (x[day] as number) - meanX
    const dy = (y[day] as number) - meanY
    if (Number.isNaN(dx + dy)) continue
    restX += dx
    restY += dy
    sxx += dx * dx
    syy += dy * dy
    sxy += dx * dy
  }
  sxx -= (restX * restX) / observations
  syy -= (restY * restY) / observations
  sxy -= (restX * restY) / observations
  const [movesX, movesY] = [isMoving(sxx, observations), isMoving(syy, observations)]
  return {
    observations,
    correlation: movesX && movesY ? toCorrelation(sxy / Math.sqrt(sxx * syy)) : null,
    slope: movesX ? sxy / sxx : null,
  }
}

/** Do `count` values with this sum of squared distances differ by more than rounding? */
export const isMoving = (squares: number, count: number): boolean =>
  count > 1 && Math.sqrt(squares / (count - 1)) >= minDeviation

/** Clamps a correlation that rounding moved out of its bounds. */
export const toCorrelation = (value: number): number => Math.max(-1, Math.min(1, value))
