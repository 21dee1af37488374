import type { Refusal } from '../../contract/live.ts'
import { hourMs } from '../../contract/time.ts'
import type { Tick } from './source.ts'
import type { SourceClock } from './source-clock.ts'

const maxFutureMs = 5000
const maxJumpShare = 0.2
const minPendingTicks = 3
const maxPendingMs = 10_000
const maxReferenceAgeMs = hourMs
const warehouse = 'warehouse'

type Quote = { price_usd: number; at: number }

/** Prices from the warehouse by CoinGecko id, with their times in ms since 1970. */
export type ReferencePrices = Readonly<Record<string, Quote>>

type Coin = {
  accepted: Quote | null
  /** The last price of each inactive source and of the warehouse. */
  references: Map<string, Quote>
  /** The last tick by connection and source, with its source time. */
  seen: Map<string, Quote>
  /** The last accepted tick by source, with its source time. */
  acceptedBySource: Map<string, Quote>
  /** By source, its latest consecutive ticks that are too far from the accepted price. */
  pending: Map<string, Tick[]>
}

const isNear = (price: number, reference: number): boolean => Math.abs(price - reference) <= maxJumpShare * reference

/**
 * Decides which ticks are accepted. `refuse` rejects outdated ticks and invalid prices. Ticks of the active source then
 * go to `accept`, those of other sources to `observe`. If one source sends several prices for one time, the last one
 * counts. A price more than 20% from the last accepted one is pending until it is confirmed. Three consecutive ticks of
 * one source at three times within 10 s confirm it. A price of another source that is newer than the accepted one also
 * confirms it. If the accepted price is older than an hour, the 10 s limit doesn't apply: some coins rarely trade.
 */
export class TickGuard {
  readonly #clock: SourceClock
  #coins = new Map<string, Coin>()

  constructor(clock: SourceClock) {
    this.#clock = clock
  }

  /** Follows these coins and forgets all others. */
  follow(coingeckoIds: readonly string[]): void {
    this.#coins = new Map(coingeckoIds.map((id) => [id, this.#coins.get(id) ?? createCoin()]))
  }

  /**
   * The reason to refuse a tick of a connection. If it is null, the tick counts as seen. The tick's time calibrates the
   * clock. While the local clock is too far off, every tick is refused (`clock`).
   */
  refuse(connection: string, { coingecko_id, price_usd, source, source_at }: Tick): Refusal | null {
    const coin = this.#coins.get(coingecko_id)
    if (coin === undefined || !Number.isFinite(price_usd) || price_usd <= 0) return 'garbage'
    if (source_at === null) return this.#clock.isRefusing ? 'clock' : null
    const key = `${connection} ${source}`
    const last = toNewer(coin.seen.get(key), coin.acceptedBySource.get(source))
    if (last !== undefined && source_at < last.at) return 'older'
    if (last !== undefined && source_at === last.at && price_usd === last.price_usd) return 'equal'
    this.#clock.noteTick(source_at)
    if (this.#clock.isRefusing) return 'clock'
    if (source_at > this.#clock.now() + maxFutureMs) return 'future'
    coin.seen.set(key, { price_usd, at: source_at })
    return null
  }

  /** Returns the tick if it is accepted, null if it is pending as a jump. */
  accept(tick: Tick): Tick | null {
    const coin = this.#coins.get(tick.coingecko_id)
    if (coin === undefined) return null
    const reference = coin.accepted ?? coin.references.get(warehouse)
    if (reference === undefined || isNear(tick.price_usd, reference.price_usd)) return setAccepted(coin, tick)
    const pending = addPending(coin.pending.get(tick.source) ?? [], tick)
    coin.pending.set(tick.source, pending)
    const isOld = this.#clock.now() - reference.at > maxReferenceAgeMs
    const agrees = isConsistent(pending, isOld ? Infinity : maxPendingMs) || isConfirmed(coin, tick)
    return agrees ? setAccepted(coin, tick) : null
  }

  /** Records a tick of an inactive source. Returns the pending tick that it confirms. */
  observe({ coingecko_id, source, price_usd, received_at }: Tick): Tick | null {
    return this.#noteReference(coingecko_id, source, { price_usd, at: received_at })
  }

  /** Records warehouse prices. Returns the pending ticks that they confirm. */
  noteReferences(prices: ReferencePrices): Tick[] {
    return Object.entries(prices).flatMap(([id, quote]) => this.#noteReference(id, warehouse, quote) ?? [])
  }

  /** Drops pending ticks after a source change. */
  dropPending(): void {
    for (const coin of this.#coins.values()) coin.pending.clear()
  }

  #noteReference(id: string, source: string, { price_usd, at }: Quote): Tick | null {
    const coin = this.#coins.get(id)
    if (coin === undefined || !Number.isFinite(price_usd) || price_usd <= 0) return null
    coin.references.set(source, { price_usd, at })
    const newest = [...coin.pending.values()].map((pending) => pending.at(-1))
    const confirmed = newest.find((tick) => tick !== undefined && isConfirmed(coin, tick))
    return confirmed === undefined ? null : setAccepted(coin, confirmed)
  }
}

const createCoin = (): Coin => ({
  accepted: null,
  references: new Map(),
  seen: new Map(),
  acceptedBySource: new Map(),
  pending: new Map(),
})

const toNewer = (a: Quote | undefined, b: Quote | undefined): Quote | undefined =>
  a === undefined || (b !== undefined && b.at > a.at) ? b : a

function setAccepted(coin: Coin, tick: Tick): Tick {
  const { price_usd, source, source_at, received_at } = tick
  coin.accepted = { price_usd, at: received_at }
  coin.pending.clear()
  if (source_at !== null) coin.acceptedBySource.set(source, { price_usd, at: source_at })
  return tick
}

/** Keeps only the last of several ticks with the same source time. */
function addPending(pending: readonly Tick[], tick: Tick): Tick[] {
  const isSameTime = tick.source_at !== null && pending.at(-1)?.source_at === tick.source_at
  return [...(isSameTime ? pending.slice(0, -1) : pending), tick].slice(-minPendingTicks)
}

function isConsistent(pending: readonly Tick[], withinMs: number): boolean {
  const [first, last] = [pending[0], pending.at(-1)]
  if (pending.length < minPendingTicks || first === undefined || last === undefined) return false
  const prices = pending.map((tick) => tick.price_usd)
  return last.received_at - first.received_at <= withinMs && isNear(Math.max(...prices), Math.min(...prices))
}

const isConfirmed = (coin: Coin, tick: Tick): boolean =>
  [...coin.references].some(
    ([source, { price_usd, at }]) =>
      source !== tick.source && at >= (coin.accepted?.at ?? 0) && isNear(tick.price_usd, price_usd),
  )
