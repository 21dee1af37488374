// How many returns a figure needs, and the texts for too few.

/** Daily returns that an annualized figure needs (volatility, Sharpe, Sortino). */
export const minAnnualizedReturns = 30

/** Days that a compound annual growth rate needs, and with it the Calmar ratio. */
export const minGrowthDays = 90

/** Daily returns that any figure needs: a share of the days of the period, and at least `minReturns`. */
export const minReturnsPct = 80
export const minReturns = 5

export const toMinReturns = (periodDays: number): number =>
  Math.max(minReturns, Math.ceil((minReturnsPct * periodDays) / 100))

/** A period of n closed days has n - 1 returns. */
export const canAnnualize = (periodDays: number): boolean => periodDays > minAnnualizedReturns

/** Why figures over `periodDays` are null with so many daily returns; null when there are enough. */
export const explainNoFigures = (observations: number, periodDays: number): string | null =>
  observations < toMinReturns(periodDays)
    ? `Needs at least ${toMinReturns(periodDays)} daily returns; this period has ${observations}`
    : null

/** Why volatility_annualized, sharpe_ratio and sortino_ratio are null; null when there are enough returns. */
export function explainNotAnnualized(observations: number, periodDays: number): string | null {
  const needed = Math.max(toMinReturns(periodDays), minAnnualizedReturns)
  return observations < needed ? `Needs at least ${needed} daily returns; this period has ${observations}` : null
}

/** Why cagr and calmar_ratio are null; null when the period is long enough and has enough returns. */
export const explainNoGrowth = (observations: number, periodDays: number): string | null =>
  periodDays < minGrowthDays
    ? `Needs a period of at least ${minGrowthDays} days; this one has ${periodDays}`
    : explainNotAnnualized(observations, periodDays)
