import type { CostMethod } from '../../contract/portfolio-lists.ts'
import { type Money, min, share, zero } from './money.ts'

/** Units of a coin acquired together, with what is left of their cost. */
export type Lot = {
  /** The entry that acquired it; of a pool the first one. */
  entryId: number
  /** Ms since 1970. */
  acquiredAt: number
  quantity: Money
  cost: Money
}

/** Is the unit cost of a lot above that of another? Exact, without a division. */
const isDearer = (a: Lot, b: Lot): boolean => a.cost.times(b.quantity).gt(b.cost.times(a.quantity))

/**
 * The open lots of one coin. What leaves takes its share of a lot's cost; the rest of the cost stays, so no rounding is
 * ever lost.
 */
export class LotBook {
  readonly #method: CostMethod
  /** In order of use from the end, except `fifo`: from `#head`. */
  #lots: Lot[] = []
  #head = 0
  #quantity = zero

  constructor(method: CostMethod) {
    this.#method = method
  }

  get quantity(): Money {
    return this.#quantity
  }

  add(lot: Lot): void {
    this.#quantity = this.#quantity.plus(lot.quantity)
    const pool = this.#method === 'average' ? this.#lots[0] : undefined
    if (pool !== undefined) {
      pool.quantity = pool.quantity.plus(lot.quantity)
      pool.cost = pool.cost.plus(lot.cost)
    } else this.#lots.splice(this.#findPlace(lot), 0, { ...lot })
  }

  /** `hifo`: above the cheaper lots and below the older ones of the same unit cost. */
  #findPlace(lot: Lot): number {
    if (this.#method !== 'hifo') return this.#lots.length
    let [low, high] = [0, this.#lots.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isDearer(lot, this.#lots[middle] as Lot)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Removes up to `quantity` units and returns the parts of lots that they came from. */
  take(quantity: Money): Lot[] {
    const parts: Lot[] = []
    let missing = min(quantity, this.#quantity)
    this.#quantity = this.#quantity.minus(missing)
    while (missing.gt(zero)) {
      const lot = this.#lots[this.#method === 'fifo' ? this.#head : this.#lots.length - 1] as Lot
      const used = min(missing, lot.quantity)
      const cost = share(lot.cost, used, lot.quantity)
      parts.push({ ...lot, quantity: used, cost })
      missing = missing.minus(used)
      lot.quantity = lot.quantity.minus(used)
      lot.cost = lot.cost.minus(cost)
      if (lot.quantity.eq(zero)) this.#drop()
    }
    return parts
  }

  #drop(): void {
    if (this.#method !== 'fifo') this.#lots.pop()
    else {
      this.#head += 1
      if (this.#head * 2 > this.#lots.length) {
        this.#lots = this.#lots.slice(this.#head)
        this.#head = 0
      }
    }
  }

  /** The open lots, oldest first. */
  list(): Lot[] {
    return this.#lots
      .slice(this.#head)
      .map((lot) => ({ ...lot }))
      .sort((a, b) => a.acquiredAt - b.acquiredAt || a.entryId - b.entryId)
  }
}
