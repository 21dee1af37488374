// How many returns a figure needs, and the words for too few: for the server, which computes, and for pages, which explain.

/** Daily returns that an annualized figure needs (volatility, Sharpe, Sortino). */
export const minAnnualizedReturns = 30

/** Days of a period from which on a compound annual growth rate is given, and with it the Calmar ratio. */
export const minGrowthDays = 90

/** The daily returns that any figure needs: a share of the days of the period, and never fewer than `minReturns`. */
export const minReturnsPct = 80
export const minReturns = 5

export const toMinReturns = (periodDays: number): number =>
  Math.max(minReturns, Math.ceil((minReturnsPct * periodDays) / 100))

/** Can a period of so many closed days, which has one return less, hold annualized figures? */
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
