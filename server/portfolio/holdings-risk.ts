import { minAnnualizedReturns } from '../../contract/returns.ts'
import { computeMoments } from '../analytics/moments.ts'
import { computePearson } from '../analytics/pearson.ts'
import { daysPerYear } from '../analytics/ratios.ts'
import { computeReturns, dropGaps } from '../analytics/returns.ts'

/** The 95% quantile of the standard normal distribution. */
const normal95 = 1.6448536269514722

/** A coin by its share of the value, with one close per day (NaN: none). */
export type Held = { weight: number; closes: Float64Array }

type HoldingsRisk = {
  observations: number
  volatility_annualized: number | null
  value_at_risk_95: number | null
  correlation_btc: number | null
  /** Of each held coin; null for one with fewer returns than `minimum`, which the figures leave out. */
  coins: ({ weight: number; risk_share: number | null } | null)[]
}

/**
 * Risk of the present shares over the days on which all coins have a return. The deviation of the shares' daily return is
 * sqrt(w · covariances · w). `minimum`: returns that any figure needs.
 */
export function computeHoldingsRisk(
  held: readonly Held[],
  { market, minimum }: { market: Float64Array; minimum: number },
): HoldingsRisk {
  const returns = held.map(({ closes }) => computeReturns(closes))
  const isCovered = returns.map((series) => dropGaps(series).length >= minimum)
  const total = held.reduce((sum, { weight }, index) => sum + (isCovered[index] ? weight : 0), 0)
  const weights = held.map(({ weight }, index) => (isCovered[index] && total > 0 ? weight / total : 0))
  const whole = computeReturns(market).map((_, day) => {
    let sum = 0
    for (const [index, series] of returns.entries())
      if (isCovered[index]) sum += (weights[index] as number) * (series[day] as number)
    return total > 0 ? sum : Number.NaN
  })
  const known = dropGaps(whole)
  const isEnough = known.length >= minimum
  const { deviation } = computeMoments(known)
  const btc = computePearson(computeReturns(market), whole)
  const annualized = isEnough && known.length >= minAnnualizedReturns ? deviation * Math.sqrt(daysPerYear) : null
  return {
    observations: known.length,
    volatility_annualized: annualized,
    value_at_risk_95: isEnough ? deviation * normal95 : null,
    correlation_btc: isEnough && btc.observations >= minimum ? btc.correlation : null,
    coins: returns.map((series, index) => {
      if (!isCovered[index]) return null
      const weight = weights[index] as number
      const { slope } = computePearson(whole, series)
      return { weight, risk_share: isEnough && slope !== null ? weight * slope : null }
    }),
  }
}
