import type { CoinOhlcv } from '@contract/charts.ts'
import { createLoader, parseAsBoolean, parseAsStringLiteral } from 'nuqs/server'

/** Days back that the chart offers. */
export const periods = ['1', '7', '30', '90', '180', '365'] as const
export type Period = (typeof periods)[number]

const kinds = ['candle', 'line'] as const
export type Kind = (typeof kinds)[number]

/** What the URL of a coin's page says; without `chart` the data decide. */
export const chartParsers = {
  period: parseAsStringLiteral(periods).withDefault('90'),
  chart: parseAsStringLiteral(kinds),
}

const correlationPeriods = ['7', '30', '90', '180', '365'] as const

/** Days over which the correlations are taken until a reader chooses others. */
export const defaultCorrelation = '30'

export const correlationParser = parseAsStringLiteral(correlationPeriods).withDefault(defaultCorrelation)

/** Whether the correlated coins include stablecoins, and wrapped, staked and bridged forms of an asset. */
export const relatedParser = parseAsBoolean.withDefault(false)

export const loadCorrelation = createLoader({ correlation: correlationParser, related: relatedParser })

export const loadChartState = createLoader(chartParsers)

type Candle = CoinOhlcv['candles'][number]

/** Candles of 5 minutes in a day, and how many make a chart. */
export const dayOf5m = 288
const enough5m = dayOf5m / 2
const enoughDays = 14
const mostSingle = 1 / 3

/** Days that are known by one price only: their candle would be a dash. */
export const countSingle = (candles: readonly Candle[]): number => candles.filter(({ samples }) => samples < 2).length

/** Candles when asked for, or when there are enough with a body to read; else the line. */
export function toKind(chosen: Kind | null, period: Period, candles: readonly Candle[]): Kind {
  if (chosen !== null) return chosen
  const isEnough = candles.length >= (period === '1' ? enough5m : enoughDays)
  return isEnough && countSingle(candles) <= candles.length * mostSingle ? 'candle' : 'line'
}
