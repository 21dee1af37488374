/**
 * The definition of a daily candle, used by candles, checks, analytics and charts.
 *
 * A day D is [D 00:00, D+1 00:00] UTC with both ends included: the price at midnight closes one day and opens the next.
 * - open: the observation at D 00:00, else the first of the day
 * - close: the observation at D+1 00:00, else the last of the day
 * - high, low: over the whole day, open and close included
 * - volume: the rolling 24h volume at the close, else the last known of the day
 *
 * The observation at a midnight is the nearest one within the tolerance of its grid; of two equally near, the earlier.
 * A day has a candle when it has at least one observation. It has a close for analytics and changes when `close_at` is
 * within an hour of its end.
 */

import { dayMs, hourMs, minuteMs, tickMs, toUtcDay } from './time.ts'

/** Spacing of observations, from coarse to fine, in the order of the database type. */
export type Granularity = 'daily' | 'hourly' | '10min' | '5min'

/** Time between two observations of a grid. */
export const granularityMs: Readonly<Record<Granularity, number>> = {
  daily: dayMs,
  hourly: hourMs,
  '10min': tickMs,
  '5min': 5 * minuteMs,
}

/** How far from midnight an observation may be to count as its price. */
export const midnightToleranceMs: Readonly<Record<Granularity, number>> = {
  '5min': 5 * minuteMs,
  '10min': 5 * minuteMs,
  hourly: 30 * minuteMs,
  daily: hourMs,
}

/** How far from the end of its day a close may be to count. */
export const closeToleranceMs = hourMs

/** Whether the candle of a UTC day (`2026-11-24`) has a close that counts. */
export const hasDayClose = ({ date, close_at }: { date: string; close_at: string | null }): boolean =>
  close_at !== null && Math.abs(Date.parse(close_at) - Date.parse(date) - dayMs) <= closeToleranceMs

/** The change of a close against the one before, in percent. */
export const toChangePct = (close: number, before: number): number => (close / before - 1) * 100

/** The UTC days whose candle an observation (ms since 1970) can change, oldest first. */
export function listDaysOf(at: number, granularity: Granularity): string[] {
  const tolerance = midnightToleranceMs[granularity]
  const first = Math.ceil((at - tolerance) / dayMs) - 1
  const last = Math.floor((at + tolerance) / dayMs)
  return Array.from({ length: last - first + 1 }, (_, index) => toUtcDay((first + index) * dayMs))
}
