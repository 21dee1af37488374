import { type Granularity, granularityMs } from '../contract/day.ts'
import { dayMs, hourMs, tickMs, toUtcDay } from '../contract/time.ts'
import { AppError } from './errors.ts'
import type { RejectedRow, Repair } from './snapshot.ts'

type Grid = {
  /** Interval between the points of the source. */
  stepMs: number
  /** Maximum interval between facts without a gap: snapshots fill the 5-minute grid every 10 minutes. */
  spacingMs: number
  /** Number of days to keep complete. */
  days: number
}

/** The grids of history, from fine to coarse. */
export const historyGrids = {
  '5min': { stepMs: granularityMs['5min'], spacingMs: tickMs, days: 1 },
  hourly: { stepMs: hourMs, spacingMs: hourMs, days: 90 },
  daily: { stepMs: dayMs, spacingMs: dayMs, days: 365 },
} as const satisfies Partial<Record<Granularity, Grid>>
export type HistoryGrid = keyof typeof historyGrids

/** Values of a coin at a grid time (`at`: ms since 1970). In USD. Null: unknown. */
export type HistoryPoint = { at: number; price_usd: number; market_cap: number | null; volume: number | null }

/** The history of a coin: points in order, one per grid time. `received`: number of points before thinning. */
export type HistoryBatch = {
  source: string
  received: number
  points: HistoryPoint[]
  rejected: RejectedRow[]
  /** Absent: none. */
  repairs?: Repair[]
}

/** Days of history that the source has at its coarsest grid. */
export const maxHistoryDays = historyGrids.daily.days

/** Throws `unprocessable` unless the UTC days `from` to `to` are in order, not in the future, and kept by the source. */
export function checkHistoryRange({ from, to }: { from: string; to: string }, now: number): void {
  const [first, today] = [toUtcDay(now - maxHistoryDays * dayMs), toUtcDay(now)]
  if (from > to) throw new AppError('unprocessable', `The first day ${from} is after the last day ${to}. Swap them.`)
  if (to > today) throw new AppError('unprocessable', `${to} is in the future. Choose a last day up to ${today}.`)
  if (from < first)
    throw new AppError(
      'unprocessable',
      `${from} is more than ${maxHistoryDays} days ago, and the source keeps no more. Choose a first day from ${first}.`,
    )
}
