import type { Condition } from '../../contract/alert-conditions.ts'
import type { StoredAlert } from '../warehouse/alert-rows.ts'
import type { Due } from './commit.ts'
import { mustLearn, toLevels } from './levels.ts'
import { findWakeTime, isLive, step } from './machine.ts'
import { PriceIndex } from './price-index.ts'

/** How old a price may be for a new alert. */
const maxPriceAgeMs = 3_600_000

/** What a value is: any price, or one that may be the all-time high or low. */
type Track = 'price' | 'high' | 'low'
const trackNumbers = { price: 0, high: 1, low: 2 } as const
const tracks = Object.keys(trackNumbers) as Track[]

const toTrack = ({ type }: Condition): Track =>
  type === 'all_time_high' ? 'high' : type === 'all_time_low' ? 'low' : 'price'

const toKey = (coinId: number, track: Track): number => coinId * tracks.length + trackNumbers[track]

/** `extreme`: the all-time high or low seen so far. */
type Watched = { index: PriceIndex; extreme: number | null }

/** Must an alert that can't trigger now still follow the price? */
const learnsAsleep = (alert: StoredAlert): boolean =>
  mustLearn(alert) || (alert.condition.type === 'price' && alert.condition.direction === 'crosses')

type Sleeper = { id: number; wakeAt: number }

/**
 * The alerts about prices that may still trigger. A value looks only at those whose level it reaches. An alert with a due
 * step is out until it is added again, so it never has two steps at once.
 */
export class PriceAlerts {
  readonly #alerts = new Map<number, StoredAlert>()
  readonly #out = new Set<number>()
  readonly #watched = new Map<number, Watched>()
  readonly #lastPrices = new Map<number, { value: number; at: number }>()
  /** The next to wake last. */
  #sleepers: Sleeper[] = []

  get size(): number {
    return this.#alerts.size
  }

  /**
   * Takes an alert as it was read a moment ago. It may have changed since by a step of this process: only a newer version
   * replaces the one that is held, and none the one that is out.
   */
  refresh(alert: StoredAlert, now: number): Due[] {
    const held = this.#alerts.get(alert.id)
    const isNewer = held === undefined || alert.version > held.version
    return isNewer && !this.#out.has(alert.id) ? this.add(alert, now) : []
  }

  /** Adds or replaces an alert, and evaluates the last price. An alert that can't trigger any more is dropped. */
  add(alert: StoredAlert, now: number): Due[] {
    this.remove(alert.id)
    if (alert.coin_id === null || !isLive(alert, now)) return []
    this.#alerts.set(alert.id, alert)
    const wakeAt = findWakeTime(alert, now)
    if (wakeAt !== null && !learnsAsleep(alert)) {
      this.#sleepers.splice(this.#sleepers.findLastIndex((one) => one.wakeAt >= wakeAt) + 1, 0, {
        id: alert.id,
        wakeAt,
      })
      return []
    }
    const watched = this.#watch(alert.coin_id, alert)
    const last = this.#lastPrices.get(alert.coin_id)
    return last === undefined || last.at < now - maxPriceAgeMs
      ? []
      : this.#evaluate(watched, alert.id, last.value, last.at)
  }

  remove(id: number): void {
    const alert = this.#alerts.get(id)
    this.#alerts.delete(id)
    this.#out.delete(id)
    if (alert?.coin_id == null) return
    const watched = this.#watched.get(toKey(alert.coin_id, toTrack(alert.condition)))
    watched?.index.remove(id)
  }

  /** Evaluates a price of a coin. One that is older than the last is ignored. */
  offer(coinId: number, value: number, at: number): Due[] {
    const last = this.#lastPrices.get(coinId)
    if (last !== undefined && at < last.at) return []
    this.#lastPrices.set(coinId, { value, at })
    return tracks.flatMap((track) => this.#offer(coinId, track, value, at))
  }

  /** Evaluates what the source gives as all-time high and low. */
  offerExtremes(coinId: number, { ath, atl, at }: { ath: number | null; atl: number | null; at: number }): Due[] {
    return [
      ...(ath === null ? [] : this.#offer(coinId, 'high', ath, at)),
      ...(atl === null ? [] : this.#offer(coinId, 'low', atl, at)),
    ]
  }

  /** Lets the next price reach the alerts whose snooze or cool-down has ended. */
  wake(now: number): void {
    for (let next = this.#sleepers.at(-1); next !== undefined && next.wakeAt <= now; next = this.#sleepers.at(-1)) {
      this.#sleepers.pop()
      const alert = this.#alerts.get(next.id)
      if (alert === undefined || alert.coin_id === null || this.#out.has(next.id)) continue
      if (findWakeTime(alert, now) === null) this.#watch(alert.coin_id, alert)
    }
  }

  #watch(coinId: number, alert: StoredAlert): Watched {
    const key = toKey(coinId, toTrack(alert.condition))
    const watched = this.#watched.get(key) ?? { index: new PriceIndex(), extreme: null }
    this.#watched.set(key, watched)
    watched.index.add(alert.id, toLevels(alert, watched.extreme))
    return watched
  }

  #offer(coinId: number, track: Track, value: number, at: number): Due[] {
    const watched = this.#watched.get(toKey(coinId, track))
    if (watched === undefined) return []
    if (track === 'high') watched.extreme = Math.max(watched.extreme ?? value, value)
    if (track === 'low') watched.extreme = Math.min(watched.extreme ?? value, value)
    return watched.index.take(value).flatMap((id) => this.#evaluate(watched, id, value, at))
  }

  #evaluate(watched: Watched, id: number, value: number, at: number): Due[] {
    const alert = this.#alerts.get(id)
    if (alert === undefined) return []
    const reading = { value, at, extreme: watched.extreme }
    const taken = step(alert, reading)
    watched.index.remove(id)
    if (taken !== null) {
      this.#out.add(id)
      return [{ alert, step: taken, reading }]
    }
    if (isLive(alert, at)) watched.index.add(id, toLevels(alert, watched.extreme))
    else this.remove(id)
    return []
  }
}
