import { toUtcDay } from '../../../contract/time.ts'
import type { FindPrice } from '../../portfolio/marks.ts'
import { type Money, toMoney } from '../../portfolio/money.ts'
import type { Db } from '../../warehouse/db.ts'
import { type Closes, type LatestPrice, listClosesOf, listLatestPrices } from '../../warehouse/portfolio-prices.ts'

/** US dollars per unit of a currency at an instant (ms since 1970); null when unknown. */
export type FindRate = (at: number) => number | null

const inDollars: FindRate = () => 1

/** Prices of some coins: daily closes, and the latest snapshot from its time on, each at the rate of its time. */
export class PriceBook {
  readonly latest: ReadonlyMap<number, LatestPrice>
  readonly #closes: ReadonlyMap<number, Closes>
  readonly #findRate: FindRate
  readonly #known = new Map<number, Money>()

  constructor(
    closes: ReadonlyMap<number, Closes>,
    latest: ReadonlyMap<number, LatestPrice>,
    findRate: FindRate = inDollars,
  ) {
    this.#closes = closes
    this.latest = latest
    this.#findRate = findRate
  }

  /** Time of the newest latest price; null without one. */
  get asOf(): string | null {
    const times = [...this.latest.values()].map(({ timestamp }) => timestamp)
    return times.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0] ?? null
  }

  /** The same prices in another currency. */
  convert(findRate: FindRate): PriceBook {
    return new PriceBook(this.#closes, this.latest, findRate)
  }

  /** The last price at or before an instant (ms since 1970); null when there is none. */
  readonly find: FindPrice = (coin, at) => {
    const price = this.findNumber(coin, at)
    if (price === null) return null
    const money = this.#known.get(price) ?? toMoney(price)
    this.#known.set(price, money)
    return money
  }

  findNumber(coin: number, at: number): number | null {
    const price = this.#findDollars(coin, at)
    const rate = this.#findRate(at)
    return price === null || rate === null ? null : price / rate
  }

  #findDollars(coin: number, at: number): number | null {
    const latest = this.latest.get(coin)
    if (latest !== undefined && at >= Date.parse(latest.timestamp)) return latest.price_usd
    const closes = this.#closes.get(coin) ?? []
    let [low, high] = [0, closes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((closes[middle]?.at ?? 0) <= at) low = middle + 1
      else high = middle
    }
    return closes[low - 1]?.price ?? null
  }
}

/** How long before `from` the last price of a coin may be. */
const lookBackMs = 7 * 86_400_000

/** The prices of coins from an instant (ms since 1970) on. */
export async function loadPrices(db: Db, coinIds: readonly number[], from: number): Promise<PriceBook> {
  const [closes, latest] = await Promise.all([
    listClosesOf(db, { coinIds, from: toUtcDay(from - lookBackMs) }),
    listLatestPrices(db, coinIds),
  ])
  return new PriceBook(closes, latest)
}
