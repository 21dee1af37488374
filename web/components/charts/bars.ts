import { toChangePct } from '../../../contract/day.ts'
import { floorToInterval } from '../../../contract/intervals.ts'

/** A candle. `at`: its newest known instant, `time`: when it opens; ms, UTC. Prices in USD. */
export type Bar = {
  time: number
  at: number
  open: number
  high: number
  low: number
  close: number
  volume: number | null
  samples: number | null
  isOpen: boolean
  /** Close to close, in percent; null where this bar or the one before has no close. */
  changePct: number | null
  /** Is this close final enough for the next bar's change? */
  hasClose: boolean
}

/** One step of the time axis; `bar` is null without data. */
export type Slot = { time: number; bar: Bar | null }

type Candle = Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'> & { samples: number; change_pct: number | null }
const toSlot = (bar: Bar): Slot => ({ time: bar.time, bar })

export const toBar = (candle: Candle, time: number, { isOpen = false, hasClose = true } = {}): Bar => {
  const { open, high, low, close, volume, samples, change_pct: changePct } = candle
  return { time, at: time, open, high, low, close, volume, samples, isOpen, changePct, hasClose }
}

/** Slots for every step from the first to the last bar; missing candles leave empty slots. */
export function toCandleSlots(bars: readonly Bar[], stepMs: number): Slot[] {
  const slots: Slot[] = []
  for (const bar of bars) {
    for (let time = (slots.at(-1)?.time ?? bar.time) + stepMs; time < bar.time; time += stepMs)
      slots.push({ time, bar: null })
    slots.push(toSlot(bar))
  }
  return slots
}

const flat = (price: number, time: number): Bar => ({
  time,
  at: time,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: null,
  samples: null,
  isOpen: true,
  changePct: null,
  hasClose: true,
})

const addPrice = (bar: Bar, price: number): Bar => ({
  ...bar,
  high: Math.max(bar.high, price),
  low: Math.min(bar.low, price),
  close: price,
})

/** Live bars with one more price: it updates the bar of its step, or starts the next. */
export function observePrice(
  seen: readonly Bar[],
  price: number,
  { now, stepMs }: { now: number; stepMs: number },
): Bar[] {
  const time = floorToInterval(now, stepMs)
  const last = seen.at(-1)
  if (last !== undefined && last.time >= time) return [...seen.slice(0, -1), { ...addPrice(last, price), at: now }]
  return [...seen, { ...flat(price, time), at: now }]
}

const join = (known: Bar, seen: Bar, isNewest: boolean): Bar => ({
  ...known,
  high: Math.max(known.high, seen.high),
  low: Math.min(known.low, seen.low),
  close: isNewest ? seen.close : known.close,
  at: isNewest ? Math.max(known.at, seen.at) : known.at,
})

const withChange = (bar: Bar, before: Bar | null | undefined): Bar => ({
  ...bar,
  changePct: before?.hasClose === true ? toChangePct(bar.close, before.close) : null,
})

/** Slots merged with live bars; unchanged slots keep their identity. */
export function withLive(slots: readonly Slot[], seen: readonly Bar[], stepMs: number): Slot[] {
  const all = [...slots]
  const start = all[0]?.time ?? 0
  for (const [number, bar] of seen.entries()) {
    const index = (bar.time - start) / stepMs
    const known = all[index]
    if (known !== undefined) {
      const joined = known.bar === null ? bar : join(known.bar, bar, number === seen.length - 1)
      all[index] = { ...known, bar: index === 0 ? joined : withChange(joined, all[index - 1]?.bar) }
      continue
    }
    const end = all.at(-1)
    if (end !== undefined && bar.time <= end.time) continue
    for (let time = (end?.time ?? bar.time) + stepMs; time < bar.time; time += stepMs) all.push({ time, bar: null })
    all.push(toSlot(withChange(bar, all.at(-1)?.bar)))
  }
  return all
}

export const listBars = (slots: readonly Slot[]): Bar[] => slots.flatMap(({ bar }) => (bar === null ? [] : [bar]))

/** The lowest low and the highest high; null without a bar. */
export function findExtremes(bars: readonly Bar[]): { low: number; high: number } | null {
  if (bars.length === 0) return null
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const bar of bars) {
    low = Math.min(low, bar.low)
    high = Math.max(high, bar.high)
  }
  return { low, high }
}

/**
 * Heikin-Ashi candles of the same slots: the close is the mean of the four prices, the open the middle of the candle
 * before. Gaps are skipped.
 */
export function toHeikinAshi(slots: readonly Slot[]): Slot[] {
  let before: { open: number; close: number } | undefined
  return slots.map(({ time, bar }) => {
    if (bar === null) return { time, bar }
    const close = (bar.open + bar.high + bar.low + bar.close) / 4
    const open = before === undefined ? (bar.open + bar.close) / 2 : (before.open + before.close) / 2
    before = { open, close }
    return {
      time,
      bar: { ...bar, open, close, high: Math.max(bar.high, open, close), low: Math.min(bar.low, open, close) },
    }
  })
}
