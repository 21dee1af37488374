import { hasDayClose } from '@contract/day.ts'
import { intervalMs } from '@contract/intervals.ts'
import { type Slot, toBar, toCandleSlots } from '@/components/charts/bars'
import type { RangeCandles } from './coin-queries'

export type Series = { slots: Slot[]; stepMs: number }

/** The candles as slots. Those that `now` (ms since 1970) is in are in progress. */
export function toSeries({ candles, in_progress, interval }: RangeCandles, now: number): Series {
  const stepMs = intervalMs[interval]
  const isDaily = interval === '1d'
  const bars = [...candles, ...in_progress].map((candle, index) => {
    const time = Date.parse(candle.timestamp)
    const isOpen = index >= candles.length || time + stepMs > now
    return toBar(candle, time, { isOpen, hasClose: !isDaily || hasDayClose(candle) })
  })
  return { slots: toCandleSlots(bars, stepMs), stepMs }
}
