import { useSyncExternalStore } from 'react'
import { onAppearance } from '@/lib/preferences'

const names = [
  'surface',
  'line',
  'line-strong',
  'text',
  'muted',
  'accent',
  'up',
  'down',
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'compare-1',
  'compare-2',
  'compare-3',
  'compare-4',
  'compare-5',
  'compare-6',
  'compare-7',
  'compare-8',
  'compare-9',
  'compare-10',
  'tile-text',
  'step-1',
  'step-2',
  'step-3',
  'step-4',
  'step-5',
  'step-6',
  'step-7',
] as const

/** Color tokens for canvas drawing, as hex. */
export type ChartColors = Record<(typeof names)[number], string>

let cached: { key: string; colors: ChartColors } | undefined

function readColors(): ChartColors {
  const style = getComputedStyle(document.documentElement)
  const values = names.map((name) => style.getPropertyValue(`--${name}`).trim())
  const key = values.join()
  if (cached?.key === key) return cached.colors
  const colors = Object.fromEntries(names.map((name, index) => [name, values[index]])) as ChartColors
  cached = { key, colors }
  return colors
}

/** Colors of the current theme and palette; null on the server. */
export const useChartColors = (): ChartColors | null => useSyncExternalStore(onAppearance, readColors, () => null)

/** A hex color with an opacity from 0 to 1. */
export const fade = (hex: string, opacity: number): string =>
  `${hex}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`
