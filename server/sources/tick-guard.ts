import type { Refusal } from '../../contract/live.ts'
import { hourMs } from '../../contract/time.ts'
import type { Tick } from './source.ts'
import type { SourceClock } from './source-clock.ts'

const futureMs = 5000
const jumpShare = 0.2
const votes = 3
const voteWithinMs = 10_000
const referenceMs = hourMs
const warehouse = 'warehouse'

type Quote = { price_usd: number; at: number }

/** The last price of each coin that somebody else knows, and when it was so, in ms. */
export type WitnessPrices = Readonly<Record<string, Quote>>

type Coin = {
  believed: Quote | null
  /** The last price by source, of those that are not in use. */
  witnesses: Map<string, Quote>
  /** The last tick by line and source, and the last that was accepted by source, at the times of the source. */
  seen: Map<string, Quote>
  told: Map<string, Quote>
  /** By source, the last ticks in a row that are too far from what is believed: its votes. */
  held: Map<string, Tick[]>
}

const isNear = (price: number, reference: number): boolean => Math.abs(price - reference) <= jumpShare * reference

/**
 * Which ticks are believed. First `refuse` tells what is outdated or no price; what remains of the source in use goes
 * to `believe`, that of others to `observe`. Of several prices of one source at one instant the last to come counts,
 * as the source ordered them. A price more than 20 % from the coin's last believed one is held until three ticks in
 * a row of one source, at three instants within 10 s, agree, or another source that is newer than the last believed
 * price does. A reference older than an hour gives in to three in a row however far apart, so that a coin that rarely
 * trades is not lost for ever.
 */
export class TickGuard {
  readonly #clock: SourceClock
  #coins = new Map<string, Coin>()

  constructor(clock: SourceClock) {
    this.#clock = clock
  }

  /** Knows these coins from now on, and forgets all others. */
  follow(coingeckoIds: readonly string[]): void {
    this.#coins = new Map(coingeckoIds.map((id) => [id, this.#coins.get(id) ?? createCoin()]))
  }

  /**
   * Why a tick that came on a line is none to think about; null when it is one. A tick counts as seen then. Its time
   * shows how right the clock of this machine is; while that is too far off no tick is taken (`clock`).
   */
  refuse(line: string, { coingecko_id, price_usd, source, source_at }: Tick): Refusal | null {
    const coin = this.#coins.get(coingecko_id)
    if (coin === undefined || !Number.isFinite(price_usd) || price_usd <= 0) return 'garbage'
    if (source_at === null) return this.#clock.isRefusing ? 'clock' : null
    const key = `${line} ${source}`
    const last = toNewer(coin.seen.get(key), coin.told.get(source))
    if (last !== undefined && source_at < last.at) return 'older'
    if (last !== undefined && source_at === last.at && price_usd === last.price_usd) return 'equal'
    this.#clock.noteTick(source_at)
    if (this.#clock.isRefusing) return 'clock'
    if (source_at > this.#clock.now() + futureMs) return 'future'
    coin.seen.set(key, { price_usd, at: source_at })
    return null
  }

  /** The tick when it is believed; null when it is held as a jump. */
  believe(tick: Tick): Tick | null {
    const coin = this.#coins.get(tick.coingecko_id)
    if (coin === undefined) return null
    const reference = coin.believed ?? coin.witnesses.get(warehouse)
    if (reference === undefined || isNear(tick.price_usd, reference.price_usd)) return accept(coin, tick)
    const held = addVote(coin.held.get(tick.source) ?? [], tick)
    coin.held.set(tick.source, held)
    const isOld = this.#clock.now() - reference.at > referenceMs
    return isCarried(held, isOld ? Infinity : voteWithinMs) || isSeconded(coin, tick) ? accept(coin, tick) : null
  }

  /** Takes a tick of a source that is not in use as a witness. Returns the held tick that is believed by it. */
  observe({ coingecko_id, source, price_usd, received_at }: Tick): Tick | null {
    return this.#hear(coingecko_id, source, { price_usd, at: received_at })
  }

  /** Takes the prices that the warehouse holds as witnesses. Returns the held ticks that are believed by them. */
  witness(prices: WitnessPrices): Tick[] {
    return Object.entries(prices).flatMap(([id, quote]) => this.#hear(id, warehouse, quote) ?? [])
  }

  /** Gives up what is held: another source is in use. */
  dropHeld(): void {
    for (const coin of this.#coins.values()) coin.held.clear()
  }

  #hear(id: string, source: string, { price_usd, at }: Quote): Tick | null {
    const coin = this.#coins.get(id)
    if (coin === undefined || !Number.isFinite(price_usd) || price_usd <= 0) return null
    coin.witnesses.set(source, { price_usd, at })
    const newest = [...coin.held.values()].map((held) => held.at(-1))
    const seconded = newest.find((tick) => tick !== undefined && isSeconded(coin, tick))
    return seconded === undefined ? null : accept(coin, seconded)
  }
}

const createCoin = (): Coin => ({
  believed: null,
  witnesses: new Map(),
  seen: new Map(),
  told: new Map(),
  held: new Map(),
})

const toNewer = (a: Quote | undefined, b: Quote | undefined): Quote | undefined =>
  a === undefined || (b !== undefined && b.at > a.at) ? b : a

function accept(coin: Coin, tick: Tick): Tick {
  const { price_usd, source, source_at, received_at } = tick
  coin.believed = { price_usd, at: received_at }
  coin.held.clear()
  if (source_at !== null) coin.told.set(source, { price_usd, at: source_at })
  return tick
}

/** An instant has one vote: the last price of it takes the place of those before. */
function addVote(held: readonly Tick[], tick: Tick): Tick[] {
  const isSameInstant = tick.source_at !== null && held.at(-1)?.source_at === tick.source_at
  return [...(isSameInstant ? held.slice(0, -1) : held), tick].slice(-votes)
}

function isCarried(held: readonly Tick[], withinMs: number): boolean {
  const [first, last] = [held[0], held.at(-1)]
  if (held.length < votes || first === undefined || last === undefined) return false
  const prices = held.map((tick) => tick.price_usd)
  return last.received_at - first.received_at <= withinMs && isNear(Math.max(...prices), Math.min(...prices))
}

const isSeconded = (coin: Coin, tick: Tick): boolean =>
  [...coin.witnesses].some(
    ([source, { price_usd, at }]) =>
      source !== tick.source && at >= (coin.believed?.at ?? 0) && isNear(tick.price_usd, price_usd),
  )
