import type { CoinHistory, CoinOhlcv } from '@contract/charts.ts'
import { type Bar, dayMs, type Slot, toBar, toCandleSlots, toLineSlots, toOpenDays } from '@/components/charts/bars'
import type { Period } from './chart-state'

const minuteMs = 60_000
const hourMs = 3_600_000
const stretches = 499

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

/**
 * How far apart two prices may be before something is missing. The history holds 10 minutes for a day, hours for 90 days
 * and days before, and the API thins it to two prices in each of 499 stretches.
 */
function toGapMs(period: Period, now: number): (at: number) => number {
  const stretchMs = (Number(period) * dayMs) / stretches
  const recent = Math.max(period === '1' ? 35 * minuteMs : 2.5 * hourMs, 2.2 * stretchMs)
  return (at) => (at < now - 89 * dayMs ? 2.5 * dayMs : recent)
}

export const toLineSeries = ({ prices }: CoinHistory, period: Period, now: number): Series => ({
  slots: toLineSlots(prices, { stepMs: gridMs[period], gapMs: toGapMs(period, now) }),
  stepMs: gridMs[period],
})

type Today = { recent: CoinHistory; volume: number | null; now: number }

/** The closed candles, and those of the days that are still open. */
export function toDailySeries({ candles }: CoinOhlcv, { recent, volume, now }: Today): Series {
  const closed = candles.map((candle) => toBar(candle, Date.parse(candle.timestamp)))
  const dates = candles.map(({ date }) => date)
  const open: Bar[] = toOpenDays(recent.prices, { closed: dates, volume, now })
  return { slots: toCandleSlots([...closed, ...open], dayMs), stepMs: dayMs }
}

/** Candles of the live stream; the newest is still open. */
export function toIntradaySeries({ candles }: CoinOhlcv, now: number): Series {
  const stepMs = candleMs('1')
  const bars = candles.map((candle) => {
    const time = Date.parse(candle.timestamp)
    return toBar(candle, time, time + stepMs > now)
  })
  return { slots: toCandleSlots(bars, stepMs), stepMs }
}
