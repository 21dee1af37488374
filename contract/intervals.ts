// Candle intervals without schemas: pages import them too.

import { dayMs, hourMs, minuteMs } from './time.ts'

/** Lengths of a candle, from fine to coarse. */
export const intervals = ['1m', '5m', '15m', '1h', '4h', '1d', '1w'] as const
export type Interval = (typeof intervals)[number]

export const intervalMs: Readonly<Record<Interval, number>> = {
  '1m': minuteMs,
  '5m': 5 * minuteMs,
  '15m': 15 * minuteMs,
  '1h': hourMs,
  '4h': 4 * hourMs,
  '1d': dayMs,
  '1w': 7 * dayMs,
}

/** Maximum number of intervals below a day in one response. */
export const maxCandles = 5000

/** 1970-01-05, a Monday: weeks open on Mondays. */
const firstMonday = 4 * dayMs

/** When the candle opens that contains an instant, in ms since 1970. Days open at 00:00 UTC, weeks on Mondays. */
export function floorToInterval(at: number, widthMs: number): number {
  const origin = widthMs === intervalMs['1w'] ? firstMonday : 0
  return Math.floor((at - origin) / widthMs) * widthMs + origin
}
