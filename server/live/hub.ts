import type { LiveStatus, Prices, ServerFrame } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import type { BusMessage, FeedState } from './bus.ts'

const beatMs = 500
const heartbeatMs = 15_000
const rateBeats = 10_000 / beatMs
const staleMs = 30_000
const silentBusMs = 5000
const lateMs = 5000
const quietMs = 5000

/** One reader of the stream. `snapshot` is asked for only when it is needed, and is encoded once for all alike. */
export type Reader = {
  onFrame(frame: Buffer, snapshot: () => Buffer): void
}

/** A reader's place in the hub. */
export type Seat = {
  /** From now on only these coins, beginning with a snapshot of them; null: every coin. */
  subscribe(coins: ReadonlySet<string> | null): void
  /** Asks for a heartbeat. */
  ping(): void
  leave(): void
}

/** `lastPriceAt`: when the newest price was made, of whatever coin, as of the last frame. */
type Told = { lastFrameAt: number; lastPriceAt: number | null }

/** The readers that want the same coins: they share every frame. */
type Group = Told & {
  key: string
  coins: ReadonlySet<string> | null
  readers: Set<Reader>
  snapshot: Buffer | null
}

const toKey = (coins: ReadonlySet<string> | null): string => (coins === null ? '*' : [...coins].sort().join(' '))

const noFeed: FeedState = { source: null, last_price_at: null, sources: [] }

/** What this process knows of the live market, and the readers that it tells of every change. */
export class Hub {
  readonly #clock: Clock
  readonly #groups = new Map<string, Group>()
  readonly #prices = new Map<string, number>()
  #heard = { term: 0, seq: 0, at: Number.NEGATIVE_INFINITY }
  #seq = 0
  #feed = noFeed
  #stale = true
  #clients = 0
  #framesSent = 0
  readonly #framesAtBeat: number[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Watches over silence, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => this.#beat(), beatMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Takes a message of the producer; one that is not newer than what is known is no news. */
  receive = (message: BusMessage): void => {
    const { term, seq, full, prices, gone, feed } = message
    if (term < this.#heard.term || (term === this.#heard.term && seq <= this.#heard.seq)) return
    this.#heard = { term, seq, at: this.#clock.now() }
    const changed = this.#takePrices(
      prices,
      full ? [...this.#prices.keys()].filter((id) => !Object.hasOwn(prices, id)) : gone,
    )
    const source = this.#feed.source
    this.#feed = feed
    this.#tellStatus(source)
    if (changed.size === 0) return
    this.#sendChanges(changed, seq)
    if ((this.status().price_age_ms ?? 0) > lateMs) this.#sendStatus()
  }

  /** Adds a reader of `coins`, or of every coin: it gets the status and the snapshot first, then each frame. */
  add(reader: Reader, coins: ReadonlySet<string> | null = null): Seat {
    let group = this.#join(reader, coins)
    this.#clients += 1
    this.#deliver(encode(this.status()), group, [reader])
    this.#deliver(this.#encodeSnapshot(group), group, [reader])
    return {
      subscribe: (coins) => {
        this.#part(reader, group)
        group = this.#join(reader, coins, group)
        this.#deliver(this.#encodeSnapshot(group), group, [reader])
      },
      ping: () => this.#deliver(this.#encodeHeartbeat(), group, [reader]),
      leave: () => {
        if (!group.readers.has(reader)) return
        this.#part(reader, group)
        this.#clients -= 1
      },
    }
  }

  get clients(): number {
    return this.#clients
  }

  /** Frames handed to readers since the start. */
  get framesSent(): number {
    return this.#framesSent
  }

  /** Frames handed to readers in a second, over the last 10 s. */
  get framesPerSecond(): number {
    const before = this.#framesAtBeat[0] ?? this.#framesSent
    const seconds = (this.#framesAtBeat.length * beatMs) / 1000
    return seconds === 0 ? 0 : (this.#framesSent - before) / seconds
  }

  get feed(): FeedState {
    return this.#feed
  }

  status(): LiveStatus {
    const { source, last_price_at } = this.#feed
    const price_age_ms = last_price_at === null ? null : Math.max(0, this.#clock.now() - last_price_at)
    return { type: 'status', source, stale: this.#isStale(), price_age_ms }
  }

  #isStale(): boolean {
    const now = this.#clock.now()
    return now - this.#heard.at > silentBusMs || now - (this.#feed.last_price_at ?? 0) > staleMs
  }

  #takePrices(prices: Prices, gone: string[]): Set<string> {
    const changed = new Set<string>()
    for (const id of gone) this.#prices.delete(id)
    if (gone.length > 0) for (const group of this.#groups.values()) group.snapshot = null
    for (const [id, price] of Object.entries(prices)) {
      if (this.#prices.get(id) === price) continue
      this.#prices.set(id, price)
      changed.add(id)
    }
    return changed
  }

  /** `told`: what the reader was told last, where it comes from another group. */
  #join(reader: Reader, coins: ReadonlySet<string> | null, told?: Told): Group {
    const key = toKey(coins)
    const { lastFrameAt, lastPriceAt } = told ?? {
      lastFrameAt: this.#clock.now(),
      lastPriceAt: this.#feed.last_price_at,
    }
    const none = { readers: new Set<Reader>(), snapshot: null }
    const group = this.#groups.get(key) ?? { key, coins, ...none, lastFrameAt, lastPriceAt }
    this.#groups.set(key, group)
    group.readers.add(reader)
    return group
  }

  #part(reader: Reader, group: Group): void {
    group.readers.delete(reader)
    if (group.readers.size === 0) this.#groups.delete(group.key)
  }

  #beat(): void {
    const now = this.#clock.now()
    if (this.#framesAtBeat.push(this.#framesSent) > rateBeats) this.#framesAtBeat.shift()
    this.#tellStatus(this.#feed.source)
    for (const group of this.#groups.values())
      if (this.#feed.last_price_at !== group.lastPriceAt && now - group.lastFrameAt >= quietMs)
        this.#send(encode(this.status()), group)
      else if (now - group.lastFrameAt >= heartbeatMs) this.#send(this.#encodeHeartbeat(), group)
  }

  /** Says so when the source is another than `before`, or when the prices have gone stale or fresh. */
  #tellStatus(before: string | null): void {
    const status = this.status()
    if (status.source === before && status.stale === this.#stale) return
    this.#stale = status.stale
    this.#sendStatus()
  }

  /** Besides every change of source or freshness: after prices that are no news of now, such as those of a snapshot. */
  #sendStatus(): void {
    const frame = encode(this.status())
    for (const group of this.#groups.values()) this.#send(frame, group)
  }

  #sendChanges(changed: ReadonlySet<string>, seq: number): void {
    const ts = this.#clock.now()
    this.#seq = Math.max(this.#seq + 1, seq)
    for (const group of this.#groups.values()) {
      const prices = this.#pricesOf(group.coins === null ? changed : group.coins, changed)
      if (Object.keys(prices).length === 0) continue
      group.snapshot = null
      this.#send(encode({ type: 'price_update', seq: this.#seq, ts, prices }), group)
    }
  }

  /** The latest prices of `coins`, of those that are in `only` too. */
  #pricesOf(coins: Iterable<string>, only?: ReadonlySet<string>): Prices {
    const prices: Prices = {}
    for (const id of coins) {
      const price = only === undefined || only.has(id) ? this.#prices.get(id) : undefined
      if (price !== undefined) prices[id] = price
    }
    return prices
  }

  #send(frame: Buffer, group: Group): void {
    group.lastFrameAt = this.#clock.now()
    group.lastPriceAt = this.#feed.last_price_at
    this.#deliver(frame, group, group.readers)
  }

  #deliver(frame: Buffer, group: Group, readers: Iterable<Reader>): void {
    const snapshot = () => this.#encodeSnapshot(group)
    for (const reader of readers) {
      this.#framesSent += 1
      reader.onFrame(frame, snapshot)
    }
  }

  #encodeHeartbeat(): Buffer {
    return encode({ type: 'heartbeat', seq: this.#seq, ts: this.#clock.now() })
  }

  /** Every price of the group as of the last frame sent, so that what follows needs nothing but the next frame. */
  #encodeSnapshot(group: Group): Buffer {
    const prices = () => this.#pricesOf(group.coins ?? this.#prices.keys())
    const ts = this.#clock.now()
    group.snapshot ??= encode({ type: 'price_update', snapshot: true, seq: this.#seq, ts, prices: prices() })
    return group.snapshot
  }
}

const encode = (frame: ServerFrame): Buffer => Buffer.from(JSON.stringify(frame))
