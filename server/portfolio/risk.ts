import { dayMs } from '../../contract/time.ts'
import type { Year } from '../analytics/ratios.ts'
import { computeReturns } from '../analytics/returns.ts'
import { computeRisk, type Risk } from '../analytics/risk.ts'
import type { DayValue } from './performance.ts'

/**
 * The metrics of the time-weighted index at the ends of the last `period` closed days, or of all days since the first
 * entry when those are fewer. A day on which nothing was held at its end has no value. `findMarket`: bitcoin's price at
 * the end of a day, for beta and correlation; NaN where unknown.
 */
export function computePortfolioRisk(
  days: readonly DayValue[],
  { period, findMarket, year }: { period: number; findMarket: (at: number) => number; year: Year },
): Risk & { days: number } {
  const closed = days.filter(({ at }) => at % dayMs === 0).slice(-period)
  const closes = Float64Array.from(closed, ({ index, isHeld }) => (isHeld ? index : Number.NaN))
  const market = computeReturns(Float64Array.from(closed, ({ at }) => findMarket(at)))
  return { ...computeRisk(closes, market, year), days: closed.length }
}
