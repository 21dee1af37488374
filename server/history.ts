import { type Granularity, granularityMs } from '../contract/day.ts'
import { dayMs, hourMs, tickMs } from '../contract/time.ts'
import type { RejectedRow, Repair } from './snapshot.ts'

type Grid = {
  /** How far apart the points of the source are. */
  stepMs: number
  /** How far apart facts may be before one is missing: snapshots fill the 5-minute grid every 10 minutes. */
  spacingMs: number
  /** Over how many days it is kept full. */
  days: number
}

/** The grids of history, from fine to coarse. */
export const historyGrids = {
  '5min': { stepMs: granularityMs['5min'], spacingMs: tickMs, days: 1 },
  hourly: { stepMs: hourMs, spacingMs: hourMs, days: 90 },
  daily: { stepMs: dayMs, spacingMs: dayMs, days: 365 },
} as const satisfies Partial<Record<Granularity, Grid>>
export type HistoryGrid = keyof typeof historyGrids

/** What an upstream says of a coin at one instant of a grid (ms since 1970). USD; null: not known. */
export type HistoryPoint = { at: number; price_usd: number; market_cap: number | null; volume: number | null }

/** One reading of the past of a coin: points in order, one per grid instant. `received` counts before thinning. */
export type HistoryBatch = {
  source: string
  received: number
  points: HistoryPoint[]
  rejected: RejectedRow[]
  /** Absent: none. */
  repairs?: Repair[]
}
