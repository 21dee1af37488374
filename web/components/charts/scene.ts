import type { Slot } from './bars'
import type { ChartColors } from './colors'
import type { Study } from './studies'
import type { Zone } from './zone'

export const chartKinds = ['candle', 'heikin', 'bar', 'line', 'area'] as const
export type ChartKind = (typeof chartKinds)[number]

export const axisScales = ['linear', 'log', 'percent', 'indexed'] as const
export type AxisScale = (typeof axisScales)[number]

/** Another coin on the same time grid: its close per slot, null in a gap. */
export type Compared = { id: string; name: string; values: (number | null)[] }

/** Colors of compared coins, in their order. */
export const comparedColors = ['series-2', 'series-1', 'series-3', 'series-4'] as const

/** What the chart shows. */
export type Scene = {
  slots: Slot[]
  /** Index of the first slot of the range; those before it only feed the indicators. */
  first: number
  stepMs: number
  kind: ChartKind
  scale: AxisScale
  zone: Zone
  /** Time of day on the time axis. */
  intraday: boolean
  /** Decimals of prices on the axis. */
  decimals: number
  studies: Study[]
  compared: Compared[]
  colors: ChartColors
}

type Axis = { toValue: (price: number) => number; toPrice: (value: number) => number }

/**
 * How prices stand on the axis: as they are, or against the first known one of the range, in percent or from 100. Not the
 * modes of the library: they move each line, indicators too, to the same start.
 */
export function toAxis(
  { scale, first, slots }: Pick<Scene, 'scale' | 'first' | 'slots'>,
  values?: Compared['values'],
): Axis {
  const known = values?.slice(first).find((value) => value !== null)
  const base = (values === undefined ? slots.slice(first).find(({ bar }) => bar !== null)?.bar?.close : known) ?? 1
  if (scale === 'percent')
    return { toValue: (price) => (price / base - 1) * 100, toPrice: (value) => (value / 100 + 1) * base }
  if (scale === 'indexed') return { toValue: (price) => (price / base) * 100, toPrice: (value) => (value / 100) * base }
  return { toValue: (price) => price, toPrice: (value) => value }
}
