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
  'tile-text',
  'step-1',
  'step-2',
  'step-3',
  'step-4',
  'step-5',
  'step-6',
  'step-7',
] as const

/** The tokens that a canvas draws with, as hex colours. */
export type ChartColors = Record<(typeof names)[number], string>

let known: { key: string; colors: ChartColors } | undefined

function readColors(): ChartColors {
  const style = getComputedStyle(document.documentElement)
  const values = names.map((name) => style.getPropertyValue(`--${name}`).trim())
  const key = values.join()
  if (known?.key === key) return known.colors
  const colors = Object.fromEntries(names.map((name, index) => [name, values[index]])) as ChartColors
  known = { key, colors }
  return colors
}

/** The colours of the chosen theme and palette, as they change; null on the server. */
export const useChartColors = (): ChartColors | null => useSyncExternalStore(onAppearance, readColors, () => null)

/** A hex colour made translucent; `part` from 0 to 1. */
export const fade = (hex: string, part: number): string =>
  `${hex}${Math.round(part * 255)
    .toString(16)
    .padStart(2, '0')}`
