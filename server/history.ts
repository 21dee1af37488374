import type { Granularity } from '../contract/day.ts'
import { tickMs } from './clock.ts'
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
  '5min': { stepMs: 300_000, spacingMs: tickMs, days: 1 },
  hourly: { stepMs: 3_600_000, spacingMs: 3_600_000, days: 90 },
  daily: { stepMs: 86_400_000, spacingMs: 86_400_000, days: 365 },
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
