import { createCoins, dollar, type SimulatedCoin, sectorCount } from './coins.ts'
import { hash, keyOf, normal, uniform } from './hash.ts'
import { Path, pathStart, ripple } from './path.ts'

/** At this second (2025-06-01) every coin has its listed price. */
const anchor = Date.UTC(2025, 5, 1) / 1000
const marketVolatility = 0.45
const sectorVolatility = 0.35
const pegSlack = 0.0012
const daySeconds = 86_400
const longAgo = Date.UTC(2025, 0, 1) / 1000
const extremeStep = 2 ** 20
const maxFactors = 8192
const digits = 9
/** Bitcoin and Ethereum always exist, because other coins are pegged to them. */
const pegBases = 2

export type Extremes = { ath: number; ath_date: Date; atl: number; atl_date: Date }

/** A simulated market. Every value is a pure function of seed, coin and second. All state is a cache. */
export class Market {
  readonly coins: readonly SimulatedCoin[]
  readonly #byId: ReadonlyMap<string, SimulatedCoin>
  readonly #market: Path
  readonly #sectors: Path[]
  readonly #own = new Map<string, Path>()
  readonly #offsets = new Map<string, number>()
  readonly #extremes = new Map<string, Extremes & { until: number }>()
  readonly #factors = new Map<number, number[]>()

  constructor(seed: number, count: number) {
    this.coins = createCoins(seed, count)
    this.#byId = new Map(createCoins(seed, Math.max(count, pegBases)).map((coin) => [coin.id, coin]))
    this.#market = new Path(keyOf('market', seed))
    this.#sectors = Array.from({ length: sectorCount }, (_, sector) => new Path(keyOf(`sector ${sector}`, seed)))
  }

  findCoin(id: string): SimulatedCoin | undefined {
    return this.#byId.get(id)
  }

  /** Price in USD at a second. Null for an inactive coin and before its first price. */
  priceAt(coin: SimulatedCoin, second: number): number | null {
    if (coin.inactive || second < coin.born || second < pathStart) return null
    return round(this.#exactPrice(coin, Math.floor(second)))
  }

  #exactPrice(coin: SimulatedCoin, second: number): number {
    if (coin.peg === null) {
      const offset = this.#offsets.get(coin.id) ?? this.#logMove(coin, anchor)
      this.#offsets.set(coin.id, offset)
      return coin.price * Math.exp(this.#logMove(coin, second) - offset)
    }
    const slack = 1 + pegSlack * ripple(coin.key, second)
    const base = coin.peg === dollar ? undefined : this.#byId.get(coin.peg)
    return coin.price * slack * (base === undefined ? 1 : this.#exactPrice(base, second))
  }

  #logMove(coin: SimulatedCoin, second: number): number {
    let own = this.#own.get(coin.id)
    if (own === undefined) {
      own = new Path(coin.key)
      this.#own.set(coin.id, own)
    }
    const factors = this.#factorsAt(second)
    const shared = coin.beta * (factors[0] ?? 0) + coin.sector_beta * (factors[1 + coin.sector] ?? 0)
    return shared + coin.volatility * own.at(second)
  }

  #factorsAt(second: number): number[] {
    const held = this.#factors.get(second)
    if (held !== undefined) return held
    if (this.#factors.size >= maxFactors) this.#factors.clear()
    const factors = [
      marketVolatility * this.#market.at(second),
      ...this.#sectors.map((path) => sectorVolatility * path.at(second)),
    ]
    this.#factors.set(second, factors)
    return factors
  }

  /** Market cap in USD. 0 if the supply is unknown, like CoinGecko. Null without a price. */
  capAt(coin: SimulatedCoin, second: number): number | null {
    const price = this.priceAt(coin, second)
    if (price === null) return null
    return coin.unknown_supply ? 0 : Math.round(price * coin.circulating_supply * 100) / 100
  }

  /** 24h volume in USD. */
  volumeAt(coin: SimulatedCoin, second: number): number | null {
    const price = this.priceAt(coin, second)
    if (price === null) return null
    const turnover = (coin.peg === dollar ? 0.3 : 0.03) * (0.3 + 1.4 * uniform(coin.key, 20))
    const day = Math.floor(second / daySeconds)
    const part = second / daySeconds - day
    const activity = Math.exp(0.35 * (normal(coin.key, day) * (1 - part) + normal(coin.key, day + 1) * part))
    return Math.round(price * coin.circulating_supply * turnover * activity)
  }

  /** Lowest and highest price from `from` to `to`, sampled at both ends and every `step` seconds. */
  rangeOf(
    coin: SimulatedCoin,
    { from, to, step }: { from: number; to: number; step: number },
  ): [number, number] | null {
    let low = Number.POSITIVE_INFINITY
    let high = 0
    const take = (second: number) => {
      const price = this.priceAt(coin, second)
      if (price === null) return
      low = Math.min(low, price)
      high = Math.max(high, price)
    }
    take(from)
    for (let second = (Math.floor(from / step) + 1) * step; second < to; second += step) take(second)
    take(to)
    return high === 0 ? null : [low, high]
  }

  /** All-time high and low, beyond all prices of the coin's history. */
  extremesOf(coin: SimulatedCoin, second: number): Extremes | null {
    const now = this.priceAt(coin, second)
    if (now === null) return null
    const held = this.#extremes.get(coin.id)
    const found = held !== undefined && second < held.until ? held : this.#findExtremes(coin, second)
    if (found.ath >= now && found.atl <= now) return found
    return { ...found, ath: Math.max(found.ath, now), atl: Math.min(found.atl, now) }
  }

  #findExtremes(coin: SimulatedCoin, second: number): Extremes {
    const until = (Math.floor(second / extremeStep) + 1) * extremeStep
    let high = { price: 0, at: second }
    let low = { price: Number.POSITIVE_INFINITY, at: second }
    const take = (at: number) => {
      const price = this.#exactPrice(coin, Math.floor(at))
      if (price > high.price) high = { price, at }
      if (price < low.price) low = { price, at }
    }
    const first = Math.max(coin.born, pathStart)
    take(first)
    const steps = Math.ceil((first - pathStart) / extremeStep)
    for (let at = pathStart + steps * extremeStep; at < until; at += extremeStep) take(at)
    const margin = coin.peg === dollar ? 1.01 : 1.9
    // Dated before 2025: charts start later and never show these prices.
    const day = (at: number) =>
      new Date(Math.max(first, Math.min(at, longAgo) - (hash(coin.key, 21) % daySeconds)) * 1000)
    const found = {
      ath: round(high.price * margin),
      ath_date: day(high.at),
      atl: round(low.price / margin),
      atl_date: day(low.at),
      until,
    }
    this.#extremes.set(coin.id, found)
    return found
  }
}

const round = (price: number): number => Number(price.toPrecision(digits))
