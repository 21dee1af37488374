import { minuteMs } from '../../contract/time.ts'
import type { Tick } from '../sources/source.ts'
import type { MinuteBar } from '../warehouse/minute-bars.ts'

const lateMs = minuteMs
const unsavedMs = 15 * minuteMs

/**
 * A bar in the making. `opened_at` and `closed_at` are the instants of the prices at its ends, `saved` the ticks it had
 * when it was last written; `is_joined`: what others wrote of it before is in it.
 */
export type HeldBar = MinuteBar & { opened_at: number; closed_at: number; saved: number; is_joined: boolean }

const floorToMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs

/** The newest minute that a tick of `now` may belong to. */
export const toLastMinute = (now: number): number => floorToMinute(now) + minuteMs

const toBar = (coin_id: number, minute: number, { price, at }: { price: number; at: number }): HeldBar => ({
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
  is_joined: false,
})

function addPrice(bar: HeldBar, { price, at }: { price: number; at: number }): void {
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

/** Lets a bar go on from what was written of it before this process had it: that opened it, and all here came later. */
export function joinStored(bar: HeldBar, stored: MinuteBar | undefined): void {
  bar.is_joined = true
  if (stored === undefined) return
  bar.open = stored.open
  bar.opened_at = Number.NEGATIVE_INFINITY
  bar.high = Math.max(bar.high, stored.high)
  bar.low = Math.min(bar.low, stored.low)
  bar.ticks += stored.ticks
  bar.saved = stored.ticks
}

/**
 * Ticks as minute bars (UTC), by the upstream's clock, or by ours where it sends none; ticks may come in any order.
 * Holds the running minute and the one before, and of the last 15 what is not yet written.
 */
export class MinuteBars {
  readonly #minutes = new Map<number, Map<number, HeldBar>>()

  /**
   * Counts a tick in. False when it is refused: older than the minute before `now`, more than a minute ahead, or no
   * price. Of two prices at one instant the first to come opens and the last closes.
   */
  add(coinId: number, tick: Tick, now: number): boolean {
    const price = tick.price_usd
    const at = tick.source_at ?? tick.received_at
    const minute = floorToMinute(at)
    const age = floorToMinute(now) - minute
    if (!(age <= lateMs && minute <= toLastMinute(now) && price > 0 && price < Number.POSITIVE_INFINITY)) return false
    const bars = this.#minutes.get(minute) ?? new Map<number, HeldBar>()
    this.#minutes.set(minute, bars)
    const bar = bars.get(coinId)
    if (bar === undefined) bars.set(coinId, toBar(coinId, minute, { price, at }))
    else addPrice(bar, { price, at })
    return true
  }

  /** The bars that changed since they were last written, oldest minute first; not in copy. */
  listUnsaved(): HeldBar[] {
    const minutes = [...this.#minutes].sort(([a], [b]) => a - b)
    return minutes.flatMap(([, bars]) => [...bars.values()].filter(isUnsaved))
  }

  /** Lets go of bars that no tick of `now` may belong to, since the clock was set back; returns how many went. */
  dropFuture(now: number): number {
    let dropped = 0
    for (const [minute, bars] of this.#minutes) {
      if (minute <= toLastMinute(now)) continue
      dropped += bars.size
      this.#minutes.delete(minute)
    }
    return dropped
  }

  /** Lets go of what needs no more holding, and of what has waited too long; returns how many unwritten bars went. */
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

const isUnsaved = ({ ticks, saved }: HeldBar): boolean => ticks > saved
