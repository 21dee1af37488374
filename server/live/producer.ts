import type { FeedReport, Prices } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Feed } from '../sources/feed.ts'
import type { Tick } from '../sources/source.ts'
import type { Bus, BusMessage } from './bus.ts'
import { PriceTable } from './price-table.ts'

const frameMs = 250
const beatMs = 1000
const stepMs = 1000
/** The time used for a price dated in the future. It never replaces a price with a known time. */
const unknownAt = 0
const emptyPollMs = 500
const pollMs = 30_000

/** A tracked coin with its price in the last snapshot as of `priced_at` (ms since 1970). */
export type TrackedPrice = { coin_id: number; coingecko_id: string; price_usd: number; priced_at: number }

/** Also receives the ticks of the followed coins. */
export type TickKeeper = { add(ticks: Tick[]): void; follow(coins: ReadonlyMap<string, number>): void }

export type ProducerOptions = {
  bus: Bus
  clock: Clock
  log: Log
  /** Null if prices come only from the warehouse. */
  openFeed: ((onTicks: (ticks: Tick[]) => void) => Feed) | null
  /** The tracked coins, best rank first, from the warehouse. */
  listTracked: () => Promise<TrackedPrice[]>
  keeper: TickKeeper | null
  /** Rises with each producer. Hubs ignore messages of an older one. */
  term: number
}

/**
 * Publishes prices of the feed to the bus until it is stopped, and follows the tracked coins. A change is published at
 * once if the last message is older than 250 ms. Without changes a message goes out each second. After a failed message
 * the next one carries every price.
 */
export async function startProducer(
  options: ProducerOptions,
): Promise<{ report(): FeedReport[]; stop(): Promise<void> }> {
  const producer = new Producer(options)
  await producer.start()
  return { report: () => producer.report(), stop: () => producer.stop() }
}

class Producer {
  readonly #options: ProducerOptions
  readonly #prices = new PriceTable()
  readonly #stopping = new AbortController()
  #feed: Feed | null = null
  #followed = ''
  #lastPriceAt: number | null = null
  #seq = 0
  #full = true
  #sending: Promise<void> | null = null
  #sentAt = 0
  #latest = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #universe: Promise<void> = Promise.resolve()

  constructor(options: ProducerOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { bus, openFeed, log } = this.#options
    const last = await bus.readLast().catch((error: unknown) => {
      log.warn({ error: toMessage(error) }, "can't read the last prices from the bus")
      return null
    })
    if (last !== null) this.#resume(last)
    this.#feed = openFeed?.((ticks) => this.#take(ticks)) ?? null
    this.#universe = this.#followUniverse()
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopped'))
    clearTimeout(this.#timer)
    await Promise.all([this.#universe, this.#feed?.stop()])
    await this.#sending
  }

  report(): FeedReport[] {
    return this.#feed?.report().sources ?? []
  }

  #resume({ seq, ts, prices, feed }: BusMessage): void {
    const now = this.#now()
    this.#seq = seq
    this.#lastPriceAt = feed.last_price_at === null ? null : Math.min(feed.last_price_at, now)
    for (const [id, price] of Object.entries(prices)) this.#prices.set(id, price, Math.min(ts, now))
  }

  /** The time. If it was set back since the last call, known prices get times that are not in the future. */
  #now(): number {
    const now = this.#options.clock.now()
    if (now <= this.#latest - stepMs) {
      this.#prices.clampTimes(now)
      this.#sentAt = Math.min(this.#sentAt, now)
      if (this.#lastPriceAt !== null) this.#lastPriceAt = Math.min(this.#lastPriceAt, now)
    }
    this.#latest = now
    return now
  }

  #take(ticks: Tick[]): void {
    const now = this.#now()
    const known = ticks.filter(({ coingecko_id }) => this.#prices.has(coingecko_id))
    for (const { coingecko_id, price_usd, source_at, received_at } of known) {
      const at = Math.min(source_at ?? received_at, now)
      this.#prices.set(coingecko_id, price_usd, at)
      this.#lastPriceAt = Math.max(this.#lastPriceAt ?? 0, at)
    }
    this.#options.keeper?.add(known)
    this.#schedule()
  }

  async #followUniverse(): Promise<void> {
    const { clock, log, listTracked } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      let coins: TrackedPrice[] = []
      try {
        coins = await listTracked()
        if (coins.length > 0) this.#follow(coins)
      } catch (error) {
        log.debug({ error: toMessage(error) }, "can't read tracked coins, retrying")
      }
      await clock.sleep(coins.length === 0 ? emptyPollMs : pollMs, signal).catch(() => undefined)
    }
  }

  #follow(coins: TrackedPrice[]): void {
    const ids = coins.map(({ coingecko_id }) => coingecko_id)
    const now = this.#now()
    this.#prices.keepOnly(new Set(ids))
    const prices: Record<string, { price_usd: number; at: number }> = {}
    for (const { coingecko_id, price_usd, priced_at } of coins) {
      const at = priced_at <= now ? priced_at : unknownAt
      this.#prices.set(coingecko_id, price_usd, at)
      prices[coingecko_id] = { price_usd, at }
    }
    this.#schedule()
    if (ids.join() !== this.#followed) {
      this.#followed = ids.join()
      this.#options.keeper?.follow(new Map(coins.map(({ coingecko_id, coin_id }) => [coingecko_id, coin_id])))
      this.#feed?.follow(ids)
    }
    this.#feed?.noteReferences(prices)
  }

  /** Sets the timer of the next message. */
  #schedule(): void {
    if (this.#sending !== null || this.#stopping.signal.aborted) return
    clearTimeout(this.#timer)
    const due = this.#sentAt + (this.#prices.hasChanges || this.#full ? frameMs : beatMs)
    this.#timer = setTimeout(() => void this.#send(), Math.max(0, due - this.#now()))
  }

  async #send(): Promise<void> {
    this.#sending = this.#publish()
    await this.#sending
    this.#sending = null
    this.#schedule()
  }

  async #publish(): Promise<void> {
    const { bus, term, log } = this.#options
    this.#sentAt = this.#now()
    const full = this.#full
    const changed = this.#prices.takeChanges()
    this.#seq += 1
    const changes: { prices: Prices; gone: string[] } = full ? { prices: this.#prices.all(), gone: [] } : changed
    const report = this.#feed?.report() ?? { source: null, sources: [] }
    const feed = { ...report, last_price_at: this.#lastPriceAt }
    try {
      await bus.publish({ term, seq: this.#seq, ts: this.#sentAt, full, ...changes, feed }, () => this.#prices.all())
      this.#full = false
    } catch (error) {
      if (!full) log.warn({ error: toMessage(error) }, "can't publish prices to the bus, retrying")
      this.#full = true
    }
  }
}
