import type { CoinHistory, CoinOhlcv } from '@contract/charts.ts'
import { hasDayClose } from '@contract/day.ts'
import { type Slot, toBar, toCandleSlots, toLineSlots } from '@/components/charts/bars'
import { dayMs, hourMs, minuteMs } from '../../../../contract/time.ts'
import type { Period } from './chart-state'

export type Series = { slots: Slot[]; stepMs: number }

/** Length of a candle of a period. */
const candleMs = (period: Period): number => (period === '1' ? 5 * minuteMs : dayMs)

const gridMs: Record<Period, number> = {
  '1': 5 * minuteMs,
  '7': 10 * minuteMs,
  '30': 30 * minuteMs,
  '90': hourMs,
  '180': hourMs,
  '365': 2 * hourMs,
}

/** Evenly spaced prices further apart than this have a gap between them. */
const toGapMs = (stepMinutes: number): number => 2.5 * Math.max(stepMinutes, 15) * minuteMs

export const toLineSeries = ({ prices, step_minutes }: CoinHistory, period: Period): Series => ({
  slots: toLineSlots(prices, { stepMs: gridMs[period], gapMs: () => toGapMs(step_minutes) }),
  stepMs: gridMs[period],
})

/** Closed candles, and those in progress. */
export function toDailySeries({ candles, in_progress }: CoinOhlcv): Series {
  const bars = [...candles, ...in_progress].map((candle, index) =>
    toBar(candle, Date.parse(candle.timestamp), { isOpen: index >= candles.length, hasClose: hasDayClose(candle) }),
  )
  return { slots: toCandleSlots(bars, dayMs), stepMs: dayMs }
}

/** 5-minute candles; the newest is in progress. */
export function toIntradaySeries({ candles }: CoinOhlcv, now: number): Series {
  const stepMs = candleMs('1')
  const bars = candles.map((candle) => {
    const time = Date.parse(candle.timestamp)
    return toBar(candle, time, { isOpen: time + stepMs > now })
  })
  return { slots: toCandleSlots(bars, stepMs), stepMs }
}
