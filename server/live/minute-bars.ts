import { minuteMs } from '../../contract/time.ts'
import type { Tick } from '../sources/source.ts'
import type { MinuteBar } from '../warehouse/minute-bars.ts'

const lateMs = minuteMs
const unsavedMs = 15 * minuteMs

/**
 * A bar in memory. `opened_at` and `closed_at` are the times of its first and last price. `saved` is its number of
 * ticks at the last write. `is_merged`: whether it includes the stored bar of another process.
 */
export type MemoryBar = MinuteBar & { opened_at: number; closed_at: number; saved: number; is_merged: boolean }

const floorToMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs

/** The newest minute that accepts ticks at `now`. */
export const toLastMinute = (now: number): number => floorToMinute(now) + minuteMs

const toBar = (coin_id: number, minute: number, { price, at }: { price: number; at: number }): MemoryBar => ({
  coin_id,
  minute,
  open: price,
  high: price,
  low: price,
  close: price,
  ticks: 1,
  opened_at: at,
  closed_at: at,
  saved: 0,
  is_merged: false,
})

function addPrice(bar: MemoryBar, { price, at }: { price: number; at: number }): void {
  if (at < bar.opened_at) {
    bar.open = price
    bar.opened_at = at
  }
  if (at >= bar.closed_at) {
    bar.close = price
    bar.closed_at = at
  }
  bar.high = Math.max(bar.high, price)
  bar.low = Math.min(bar.low, price)
  bar.ticks += 1
}

/** Merges the stored part of a bar. All ticks in memory are newer, so it sets the open price. */
export function mergeStored(bar: MemoryBar, stored: MinuteBar | undefined): void {
  bar.is_merged = true
  if (stored === undefined) return
  bar.open = stored.open
  bar.opened_at = Number.NEGATIVE_INFINITY
  bar.high = Math.max(bar.high, stored.high)
  bar.low = Math.min(bar.low, stored.low)
  bar.ticks += stored.ticks
  bar.saved = stored.ticks
}

/**
 * Builds minute bars (UTC) from ticks in any order, by source time, or by arrival time if there is none. Keeps the
 * current and the previous minute, and unsaved bars of the last 15.
 */
export class MinuteBars {
  readonly #minutes = new Map<number, Map<number, MemoryBar>>()

  /**
   * Adds a tick. Returns false if it is rejected: older than the previous minute, more than a minute ahead, or
   * without a valid price. Of two prices with the same time, the first to arrive opens and the last closes.
   */
  add(coinId: number, tick: Tick, now: number): boolean {
    const price = tick.price_usd
    const at = tick.source_at ?? tick.received_at
    const minute = floorToMinute(at)
    const age = floorToMinute(now) - minute
    if (!(age <= lateMs && minute <= toLastMinute(now) && price > 0 && price < Number.POSITIVE_INFINITY)) return false
    const bars = this.#minutes.get(minute) ?? new Map<number, MemoryBar>()
    this.#minutes.set(minute, bars)
    const bar = bars.get(coinId)
    if (bar === undefined) bars.set(coinId, toBar(coinId, minute, { price, at }))
    else addPrice(bar, { price, at })
    return true
  }

  /** The bars that changed since their last write, oldest minute first. They are not copies. */
  listUnsaved(): MemoryBar[] {
    const minutes = [...this.#minutes].sort(([a], [b]) => a - b)
    return minutes.flatMap(([, bars]) => [...bars.values()].filter(isUnsaved))
  }

  /** Drops bars of future minutes after the clock was set back. Returns their number. */
  dropFuture(now: number): number {
    let dropped = 0
    for (const [minute, bars] of this.#minutes) {
      if (minute <= toLastMinute(now)) continue
      dropped += bars.size
      this.#minutes.delete(minute)
    }
    return dropped
  }

  /** Drops saved bars of old minutes, and unsaved ones after 15 min. Returns the number of unsaved bars dropped. */
  forget(now: number): number {
    let lost = 0
    for (const [minute, bars] of this.#minutes) {
      const age = floorToMinute(now) - minute
      if (age <= lateMs) continue
      const unsaved = [...bars.values()].filter(isUnsaved).length
      if (unsaved > 0 && age <= unsavedMs) continue
      lost += unsaved
      this.#minutes.delete(minute)
    }
    return lost
  }
}

const isUnsaved = ({ ticks, saved }: MemoryBar): boolean => ticks > saved
