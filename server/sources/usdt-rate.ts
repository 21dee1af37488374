import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'

const maxAgeMs = 30 * minuteMs

/** The USD rate of USDT, from the newest known price of Tether. */
export class UsdtRate {
  readonly #clock: Clock
  #price = 0
  #at = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Records a price in USD as of `at` (ms since 1970), unless a newer one is known. */
  note(price: number, at: number): void {
    if (at >= this.#at) [this.#price, this.#at] = [price, at]
  }

  /** USD per USDT. Null if the last price is older than 30 min. */
  current(): number | null {
    return this.#clock.now() - this.#at <= maxAgeMs ? this.#price : null
  }
}
