import type { CoinOhlcv } from '@contract/charts.ts'
import { intervals } from '@contract/intervals.ts'
import { analyticsPeriods } from '@contract/lists.ts'
import { createLoader, parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { axisScales, type ChartKind, chartKinds } from '@/components/charts/scene'
import { zones } from '@/components/charts/zone'

const correlationPeriods = analyticsPeriods.map((days) => `${days}` as const)

/** The periods of the chart in days, and all that is known. */
export const periods = ['1', ...correlationPeriods, 'all'] as const
export type Period = (typeof periods)[number]

/**
 * The URL state of the chart. `from` and `to` (UTC days) replace the period. Without `interval` it fits the range, without
 * `chart` the type depends on the data. `ind`: indicators; `vs`: CoinGecko ids of compared coins.
 */
export const chartParsers = {
  period: parseAsStringLiteral(periods).withDefault('90'),
  from: parseAsString,
  to: parseAsString,
  interval: parseAsStringLiteral(intervals),
  chart: parseAsStringLiteral(chartKinds),
  scale: parseAsStringLiteral(axisScales).withDefault('linear'),
  zone: parseAsStringLiteral(zones).withDefault('utc'),
  ind: parseAsString.withDefault(''),
  vs: parseAsArrayOf(parseAsString).withDefault([]),
}

export const defaultCorrelation = '30'

export const correlationParser = parseAsStringLiteral(correlationPeriods).withDefault(defaultCorrelation)

/** Whether to include stablecoins and wrapped, staked and bridged coins. */
export const relatedParser = parseAsBoolean.withDefault(false)

export const loadCorrelation = createLoader({ correlation: correlationParser, related: relatedParser })

export const loadChartState = createLoader(chartParsers)
export type ChartState = Awaited<ReturnType<typeof loadChartState>>

/** Up to so many coins are compared. */
export const maxCompared = 4

type Candle = CoinOhlcv['candles'][number]

const minCandles = 8
const maxSingleShare = 1 / 2

/** Candles of a single price, which are drawn as a dash. */
export const countSingle = (candles: readonly Pick<Candle, 'samples'>[]): number =>
  candles.filter(({ samples }) => samples < 2).length

/** The chosen type; by default candles, and a line where candles are few or mostly of a single price. */
export function toKind(chosen: ChartKind | null, candles: readonly Pick<Candle, 'samples'>[]): ChartKind {
  if (chosen !== null) return chosen
  return candles.length >= minCandles && countSingle(candles) <= candles.length * maxSingleShare ? 'candle' : 'line'
}
