import type { CoinHistory } from '@contract/charts.ts'
import { toChangePct } from '../../../contract/day.ts'

/** A candle or a price. `at`: its instant, `time`: its slot on the time grid; ms, UTC. Prices in USD. */
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

/** One step of the time axis; `bar` is null without data; a line breaks after a `cut` slot. */
export type Slot = { time: number; bar: Bar | null; cut: boolean }

type Candle = Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'> & { samples: number; change_pct: number | null }
type Price = CoinHistory['prices'][number]

const toSlotTime = (at: number, stepMs: number): number => Math.floor(at / stepMs) * stepMs

const toSlot = (bar: Bar): Slot => ({ time: bar.time, bar, cut: false })

export const toBar = (candle: Candle, time: number, { isOpen = false, hasClose = true } = {}): Bar => {
  const { open, high, low, close, volume, samples, change_pct: changePct } = candle
  return { time, at: time, open, high, low, close, volume, samples, isOpen, changePct, hasClose }
}

/** Slots for every step from the first to the last bar; missing candles leave empty slots. */
export function toCandleSlots(bars: readonly Bar[], stepMs: number): Slot[] {
  const slots: Slot[] = []
  for (const bar of bars) {
    for (let time = (slots.at(-1)?.time ?? bar.time) + stepMs; time < bar.time; time += stepMs)
      slots.push({ time, bar: null, cut: true })
    slots.push(toSlot(bar))
  }
  return slots
}

type LineGrid = { stepMs: number; gapMs: (at: number) => number }

/**
 * Unevenly spaced prices as slots on an even grid. A second price in one step takes the next slot, which keeps extremes.
 * The line breaks where the next price is further away than `gapMs`.
 */
export function toLineSlots(prices: readonly Price[], { stepMs, gapMs }: LineGrid): Slot[] {
  const slots: Slot[] = []
  let last: Bar | undefined
  for (const { timestamp, price_usd } of prices) {
    const at = Date.parse(timestamp)
    const time = Math.max(toSlotTime(at, stepMs), last === undefined ? 0 : last.time + stepMs)
    const cut = last !== undefined && at - last.at > gapMs(last.at)
    const before = slots.at(-1)
    if (cut && before !== undefined) before.cut = true
    for (let empty = (last?.time ?? time) + stepMs; empty < time; empty += stepMs)
      slots.push({ time: empty, bar: null, cut })
    last = { ...flat(price_usd, time), at }
    slots.push(toSlot(last))
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
  const time = toSlotTime(now, stepMs)
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
    for (let time = (end?.time ?? bar.time) + stepMs; time < bar.time; time += stepMs)
      all.push({ time, bar: null, cut: false })
    all.push(toSlot(withChange(bar, all.at(-1)?.bar)))
  }
  return all
}

export const listBars = (slots: readonly Slot[]): Bar[] => slots.flatMap(({ bar }) => (bar === null ? [] : [bar]))

/** The bar of a slot; for a line the nearest bar, unless the slot is in a gap. */
export function findBar(slots: readonly Slot[], index: number, kind: 'candle' | 'line'): Bar | null {
  const slot = slots[index]
  if (slot === undefined || slot.bar !== null || kind === 'candle' || slot.cut) return slot?.bar ?? null
  for (let distance = 1; distance < slots.length; distance += 1) {
    const bar = slots[index - distance]?.bar ?? slots[index + distance]?.bar
    if (bar !== undefined && bar !== null) return bar
  }
  return null
}
