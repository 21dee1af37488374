import type { Condition } from '../../contract/alert-conditions.ts'
import type { StoredAlert } from '../warehouse/alert-rows.ts'
import type { Due } from './commit.ts'
import { mustLearn, toLevels } from './levels.ts'
import { findWakeTime, isLive, type Reading, step } from './machine.ts'
import { PriceIndex } from './price-index.ts'

/** How old a price may be for a new alert. */
const maxPriceAgeMs = 3_600_000

/** What a value is: any price, or one that may be the all-time high or low. */
type Track = 'price' | 'high' | 'low'

const toTrack = ({ type }: Condition): Track =>
  type === 'all_time_high' ? 'high' : type === 'all_time_low' ? 'low' : 'price'

/** `extreme`: the all-time high or low seen so far. */
type Watched = { index: PriceIndex; extreme: number | null }

/** The last price of a coin in USD and the alerts that it may reach. `at`: in ms since 1970. */
type Coin = { value: number; at: number } & Record<Track, Watched | null>

/** Must an alert that can't trigger now still follow the price? */
const learnsAsleep = (alert: StoredAlert): boolean =>
  mustLearn(alert) || (alert.condition.type === 'price' && alert.condition.direction === 'crosses')

const none: Due[] = []

type Sleeper = { id: number; wakeAt: number }

/**
 * The alerts about prices that may still trigger. A value looks only at those whose level it reaches. An alert with a due
 * step is out until it is added again, so it never has two steps at once.
 */
export class PriceAlerts {
  readonly #alerts = new Map<number, StoredAlert>()
  readonly #out = new Set<number>()
  readonly #coins = new Map<number, Coin>()
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
    const { value, at } = this.#coinOf(alert.coin_id)
    return at < now - maxPriceAgeMs ? [] : this.#evaluate(watched, alert.id, { value, at, extreme: watched.extreme })
  }

  remove(id: number): void {
    const alert = this.#alerts.get(id)
    this.#alerts.delete(id)
    this.#out.delete(id)
    if (alert?.coin_id == null) return
    this.#coins.get(alert.coin_id)?.[toTrack(alert.condition)]?.index.remove(id)
  }

  /** Evaluates a price of a coin. One that is older than the last is ignored. */
  offer(coinId: number, value: number, at: number): Due[] {
    const coin = this.#coinOf(coinId)
    if (at < coin.at) return none
    coin.value = value
    coin.at = at
    const { price, high, low } = coin
    if (high === null && low === null) return price === null ? none : this.#reach(price, value, at)
    return [
      ...(price === null ? none : this.#reach(price, value, at)),
      ...(high === null ? none : this.#reachExtreme(high, Math.max, value, at)),
      ...(low === null ? none : this.#reachExtreme(low, Math.min, value, at)),
    ]
  }

  /** Evaluates what the source gives as all-time high and low. */
  offerExtremes(coinId: number, { ath, atl, at }: { ath: number | null; atl: number | null; at: number }): Due[] {
    const coin = this.#coins.get(coinId)
    if (coin === undefined || (coin.high === null && coin.low === null)) return none
    return [
      ...(ath === null || coin.high === null ? none : this.#reachExtreme(coin.high, Math.max, ath, at)),
      ...(atl === null || coin.low === null ? none : this.#reachExtreme(coin.low, Math.min, atl, at)),
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

  #coinOf(coinId: number): Coin {
    const known = this.#coins.get(coinId)
    if (known !== undefined) return known
    const coin: Coin = { value: Number.NaN, at: Number.NEGATIVE_INFINITY, price: null, high: null, low: null }
    this.#coins.set(coinId, coin)
    return coin
  }

  #watch(coinId: number, alert: StoredAlert): Watched {
    const coin = this.#coinOf(coinId)
    const track = toTrack(alert.condition)
    const watched = coin[track] ?? { index: new PriceIndex(), extreme: null }
    coin[track] = watched
    watched.index.add(alert.id, toLevels(alert, watched.extreme))
    return watched
  }

  #reachExtreme(watched: Watched, further: (a: number, b: number) => number, value: number, at: number): Due[] {
    watched.extreme = watched.extreme === null ? value : further(watched.extreme, value)
    return this.#reach(watched, value, at)
  }

  #reach(watched: Watched, value: number, at: number): Due[] {
    const ids = watched.index.take(value)
    if (ids.length === 0) return none
    return ids.flatMap((id) => this.#evaluate(watched, id, { value, at, extreme: watched.extreme }))
  }

  #evaluate(watched: Watched, id: number, reading: Reading): Due[] {
    const alert = this.#alerts.get(id)
    if (alert === undefined) return none
    const taken = step(alert, reading)
    watched.index.remove(id)
    if (taken !== null) {
      this.#out.add(id)
      return [{ alert, step: taken, reading }]
    }
    if (isLive(alert, reading.at)) watched.index.add(id, toLevels(alert, watched.extreme))
    else this.remove(id)
    return none
  }
}
