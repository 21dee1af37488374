import { rollingReturns } from '../../contract/compare-lists.ts'
import { toMinReturns } from '../../contract/returns.ts'
import { computeMoments } from './moments.ts'
import { computePearson } from './pearson.ts'
import { computeDrawdowns, type Year } from './ratios.ts'
import { computeReturns, dropGaps } from './returns.ts'
import { computeRisk, type Risk } from './risk.ts'

/** A coin over the common days. Series have one value per day of the period (NaN: not a common day). */
type Compared = { risk: Risk; closes: Float64Array; drawdowns: Float64Array; rolling: (number | null)[] }

/** `first` and `last`: the common period, as indexes of the closes; -1 without a common day. */
export type Compare = { first: number; last: number; coins: Compared[]; correlation: (number | null)[][] }

/** Annualized volatility of the last returns up to each day; null where one is missing. */
function computeRolling(closes: Float64Array, { periods }: Year): (number | null)[] {
  const returns = computeReturns(closes)
  return Array.from(closes, (_, day) => {
    const window = dropGaps(returns.subarray(Math.max(0, day - rollingReturns), day))
    if (window.length < rollingReturns) return null
    const annualized = computeMoments(window).deviation * Math.sqrt(periods)
    return Number.isFinite(annualized) ? annualized : null
  })
}

/** Compares coins over the days on which all have a close. `series`: the closes of the same days (NaN: none). */
export function compareCloses(series: readonly Float64Array[], year: Year): Compare {
  const length = series[0]?.length ?? 0
  const isCommon = (day: number) => series.every((closes) => !Number.isNaN(closes[day] ?? Number.NaN))
  const days = Array.from({ length }, (_, day) => isCommon(day))
  const [first, last] = [days.indexOf(true), days.lastIndexOf(true)]
  const common = series.map((closes) =>
    first === -1
      ? new Float64Array()
      : closes.slice(first, last + 1).map((close, at) => (days[first + at] ? close : Number.NaN)),
  )
  const returns = common.map((series) => computeReturns(series))
  const minimum = toMinReturns(last - first + 1)
  const none = new Float64Array(Math.max(0, last - first)).fill(Number.NaN)
  const correlate = (a: Float64Array, b: Float64Array): number | null => {
    const { observations, correlation } = computePearson(a, b)
    return first === -1 || observations < minimum ? null : correlation
  }
  return {
    first,
    last,
    coins: common.map((closes) => ({
      risk: computeRisk(closes, none, year),
      closes,
      drawdowns: computeDrawdowns(closes),
      rolling: computeRolling(closes, year),
    })),
    correlation: returns.map((a, i) => returns.map((b, j) => (i === j ? 1 : correlate(a, b)))),
  }
}
