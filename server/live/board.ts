import type { Prices } from '../../contract/live.ts'

/** The newest known price of each tracked coin, and what changed since that was last asked. USD. */
export class Board {
  readonly #latest = new Map<string, { price: number; at: number }>()
  #changed = new Set<string>()
  #gone = new Set<string>()

  /** Takes the price of a coin as of `at` (ms since 1970), unless a newer one is known. */
  set(id: string, price: number, at: number): void {
    const held = this.#latest.get(id)
    if (held !== undefined && held.at > at) return
    this.#latest.set(id, { price, at })
    if (held?.price !== price) this.#changed.add(id)
    this.#gone.delete(id)
  }

  /** The clock was set back to `now`: what is of later is of now. */
  setBack(now: number): void {
    for (const held of this.#latest.values()) held.at = Math.min(held.at, now)
  }

  has(id: string): boolean {
    return this.#latest.has(id)
  }

  /** Forgets every coin that is not among `ids`. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#latest.keys())
      if (!ids.has(id)) {
        this.#latest.delete(id)
        this.#changed.delete(id)
        this.#gone.add(id)
      }
  }

  get hasNews(): boolean {
    return this.#changed.size > 0 || this.#gone.size > 0
  }

  /** The prices that changed and the coins that left since it was last asked. */
  takeNews(): { prices: Prices; gone: string[] } {
    const news = { prices: this.#pricesOf(this.#changed), gone: [...this.#gone] }
    this.#changed = new Set()
    this.#gone = new Set()
    return news
  }

  all(): Prices {
    return this.#pricesOf(this.#latest.keys())
  }

  #pricesOf(ids: Iterable<string>): Prices {
    const prices: Prices = {}
    for (const id of ids) {
      const held = this.#latest.get(id)
      if (held !== undefined) prices[id] = held.price
    }
    return prices
  }
}
