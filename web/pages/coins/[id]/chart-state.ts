import type { CoinOhlcv } from '@contract/charts.ts'
import { analyticsPeriods } from '@contract/lists.ts'
import { createLoader, parseAsBoolean, parseAsStringLiteral } from 'nuqs/server'

const correlationPeriods = analyticsPeriods.map((days) => `${days}` as const)

/** The periods of the chart in days. */
export const periods = ['1', ...correlationPeriods] as const
export type Period = (typeof periods)[number]

const kinds = ['candle', 'line'] as const
export type Kind = (typeof kinds)[number]

/** The URL state of the chart. Without `chart` the type depends on the data. */
export const chartParsers = {
  period: parseAsStringLiteral(periods).withDefault('90'),
  chart: parseAsStringLiteral(kinds),
}

export const defaultCorrelation = '30'

export const correlationParser = parseAsStringLiteral(correlationPeriods).withDefault(defaultCorrelation)

/** Whether to include stablecoins and wrapped, staked and bridged coins. */
export const relatedParser = parseAsBoolean.withDefault(false)

export const loadCorrelation = createLoader({ correlation: correlationParser, related: relatedParser })

export const loadChartState = createLoader(chartParsers)

type Candle = CoinOhlcv['candles'][number]

/** 5-minute candles per day. */
export const dayOf5m = 288
export const min5mCandles = dayOf5m / 2
const minDayCandles = 14
const maxSingleShare = 1 / 3

/** Candles of a single price, which are drawn as a dash. */
export const countSingle = (candles: readonly Candle[]): number => candles.filter(({ samples }) => samples < 2).length

/** The chosen type; by default candles, and a line where candles are few or mostly of a single price. */
export function toKind(chosen: Kind | null, period: Period, candles: readonly Candle[]): Kind {
  if (chosen !== null) return chosen
  const isEnough = candles.length >= (period === '1' ? min5mCandles : minDayCandles)
  return isEnough && countSingle(candles) <= candles.length * maxSingleShare ? 'candle' : 'line'
}
