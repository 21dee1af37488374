import { tickMs } from './clock.ts'
import type { RejectedRow } from './snapshot.ts'

/** How far apart the facts of a coin lie, from fine to coarse: the grid, and the days over which it is kept full. */
export const granularities = {
  '10min': { stepMs: tickMs, days: 1 },
  hourly: { stepMs: 3_600_000, days: 90 },
  daily: { stepMs: 86_400_000, days: 365 },
} as const
export type Granularity = keyof typeof granularities

/** What an upstream says of a coin at one instant of a grid (ms since 1970). USD; null: not known. */
export type HistoryPoint = { at: number; price_usd: number; market_cap: number | null; volume: number | null }

/** One reading of the past of a coin: points in order, one per grid instant. `received` counts before thinning. */
export type HistoryBatch = { source: string; received: number; points: HistoryPoint[]; rejected: RejectedRow[] }
