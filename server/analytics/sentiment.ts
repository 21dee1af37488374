import { toMinReturns } from '../../contract/returns.ts'
import { minSentimentCoins, sentimentDays, sentimentParts } from '../../contract/sentiment.ts'
import { computeMean, computeMoments, computeQuantile } from './moments.ts'
import { minDeviation } from './ratios.ts'
import { computeReturns, dropGaps } from './returns.ts'

/** Daily closes and volumes of a coin, one per day in order (NaN: none). */
export type DailySeries = { closes: Float64Array; volumes: Float64Array }

type Part = (typeof sentimentParts)[number]
type Observed = Record<Part['name'], number>
type ScoredPart = Part & { observed: number; score: number }
export type DaySentiment = { value: number; coins: number; parts: ScoredPart[] }

/** The last `count` values up to index `day`; fewer at the start. */
const lastOf = (values: Float64Array, day: number, count: number): Float64Array =>
  values.subarray(Math.max(0, day + 1 - count), day + 1)

/** Close / average - 1 on a day; null with too few closes. */
function findDistance({ closes }: DailySeries, day: number): number | null {
  const known = dropGaps(lastOf(closes, day, sentimentDays.average))
  if (Number.isNaN(closes[day]) || known.length < toMinReturns(sentimentDays.average)) return null
  return (closes[day] as number) / computeMean(known) - 1
}

function findDeviation(returns: Float64Array, day: number, days: number): number | null {
  const known = dropGaps(lastOf(returns, day - 1, days - 1))
  if (known.length < toMinReturns(days)) return null
  const { deviation } = computeMoments(known)
  return deviation >= minDeviation ? deviation : null
}

/** Volatility of the last days against that of the longer period; null with too few returns. */
function findVolatilityRatio(returns: Float64Array, day: number): number | null {
  const [short, long] = [
    findDeviation(returns, day, sentimentDays.average),
    findDeviation(returns, day, sentimentDays.longTerm),
  ]
  return short === null || long === null ? null : short / long
}

/** Volume on days on which the coin rose, and on all days with a return. */
function sumVolumes(volumes: Float64Array, returns: Float64Array, day: number): { up: number; all: number } {
  const sum = { up: 0, all: 0 }
  for (let at = Math.max(1, day + 1 - sentimentDays.volume); at <= day; at += 1) {
    const [change, volume] = [returns[at - 1] as number, volumes[at] as number]
    if (Number.isNaN(change) || Number.isNaN(volume)) continue
    sum.all += volume
    if (change > 0) sum.up += volume
  }
  return sum
}

const computeMedian = (values: number[]): number => computeQuantile(Float64Array.from(values), 0.5)

const toScore = ({ fear, greed }: Part, observed: number): number =>
  100 * Math.min(1, Math.max(0, (observed - fear) / (greed - fear)))

/**
 * The sentiment on day `day` (an index of the series) by the formula of contract/sentiment.ts. Null with fewer coins that
 * have enough closes, or without volume.
 */
function computeSentiment(
  market: readonly (DailySeries & { returns: Float64Array })[],
  day: number,
): DaySentiment | null {
  const distances = market.flatMap((coin) => findDistance(coin, day) ?? [])
  const ratios = market.flatMap(({ returns }) => findVolatilityRatio(returns, day) ?? [])
  const volume = market
    .map(({ volumes, returns }) => sumVolumes(volumes, returns, day))
    .reduce((sum, { up, all }) => ({ up: sum.up + up, all: sum.all + all }), { up: 0, all: 0 })
  if (Math.min(distances.length, ratios.length) < minSentimentCoins || volume.all === 0) return null
  const observed: Observed = {
    momentum: computeMedian(distances),
    breadth: distances.filter((distance) => distance > 0).length / distances.length,
    volatility: computeMedian(ratios),
    volume: volume.up / volume.all,
  }
  const parts = sentimentParts.map((part) => ({
    ...part,
    observed: observed[part.name],
    score: toScore(part, observed[part.name]),
  }))
  const value = Math.round(parts.reduce((sum, { weight, score }) => sum + weight * score, 0))
  return { value, coins: distances.length, parts }
}

/** The sentiment of the last `days` days, oldest first; null on days without enough data. */
export function listSentiment(series: readonly DailySeries[], days: number): (DaySentiment | null)[] {
  const market = series.map((coin) => ({ ...coin, returns: computeReturns(coin.closes) }))
  const length = series[0]?.closes.length ?? 0
  return Array.from({ length: Math.min(days, length) }, (_, index) =>
    computeSentiment(market, length - Math.min(days, length) + index),
  )
}
