import { kindLabels } from '@/lib/coin-kinds'
import type { MapCoin } from './treemap-layout'

type Grouping = {
  /** Its name in the menu. */
  label: string
  toKey: (coin: MapCoin) => string
  toLabel: (key: string) => string
}

const kinds: Readonly<Record<string, string>> = kindLabels

/** The groupings of the map by their name in the URL. Each coin is in exactly one part of a grouping. */
export const groupings = {
  kind: { label: 'Type', toKey: ({ kind }) => kind, toLabel: (key) => kinds[key] ?? key },
} as const satisfies Record<string, Grouping>

export type GroupingName = keyof typeof groupings
export const groupingNames = Object.keys(groupings) as GroupingName[]
