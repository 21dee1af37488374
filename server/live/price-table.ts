import type { Prices } from '../../contract/live.ts'

/** The newest known price of each tracked coin in USD, and the changes since the last call of `takeChanges`. */
export class PriceTable {
  readonly #latest = new Map<string, { price: number; at: number }>()
  #changed = new Set<string>()
  #gone = new Set<string>()

  /** Sets the price of a coin as of `at` (ms since 1970), unless a newer one is known. */
  set(id: string, price: number, at: number): void {
    const known = this.#latest.get(id)
    if (known !== undefined && known.at > at) return
    this.#latest.set(id, { price, at })
    if (known?.price !== price) this.#changed.add(id)
    this.#gone.delete(id)
  }

  /** Limits the times of all prices to `now`, after the clock was set back. */
  clampTimes(now: number): void {
    for (const known of this.#latest.values()) known.at = Math.min(known.at, now)
  }

  has(id: string): boolean {
    return this.#latest.has(id)
  }

  /** Removes every coin that is not in `ids`. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#latest.keys())
      if (!ids.has(id)) {
        this.#latest.delete(id)
        this.#changed.delete(id)
        this.#gone.add(id)
      }
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0 || this.#gone.size > 0
  }

  /** Prices that changed and coins that were removed since the last call. */
  takeChanges(): { prices: Prices; gone: string[] } {
    const changes = { prices: this.#pricesOf(this.#changed), gone: [...this.#gone] }
    this.#changed = new Set()
    this.#gone = new Set()
    return changes
  }

  all(): Prices {
    return this.#pricesOf(this.#latest.keys())
  }

  #pricesOf(ids: Iterable<string>): Prices {
    const prices: Prices = {}
    for (const id of ids) {
      const known = this.#latest.get(id)
      if (known !== undefined) prices[id] = known.price
    }
    return prices
  }
}
