import type { LiveStatus, Prices, ServerFrame } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import type { PriceBatch } from '../sources/source.ts'

const frameMs = 250
const heartbeatMs = 15_000
const rateBeats = 10_000 / frameMs
const staleMs = 30_000

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

/** The readers that want the same coins: they share every frame. */
type Group = {
  key: string
  coins: ReadonlySet<string> | null
  readers: Set<Reader>
  snapshot: Buffer | null
  lastFrameAt: number
}

const toKey = (coins: ReadonlySet<string> | null): string => (coins === null ? '*' : [...coins].sort().join(' '))

/** The latest price of every tracked coin, and the frames that tell readers of its changes. */
export class Hub {
  readonly #clock: Clock
  readonly #groups = new Map<string, Group>()
  #latest = new Map<string, { price: number; at: number }>()
  #changed = new Set<string>()
  #seq = 0
  #source: string | null = null
  #stale = true
  #lastPriceAt: number | null = null
  #clients = 0
  #framesSent = 0
  readonly #framesAtBeat: number[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Sends a frame at most every 250 ms, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => this.#beat(), frameMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Takes streamed prices. A price that did not change is no news. */
  publish({ source, received_at, prices }: PriceBatch): void {
    for (const [id, price] of Object.entries(prices)) this.#set(id, price, received_at)
    this.#lastPriceAt = received_at
    if (source !== this.#source || this.#stale) this.#setStatus(source, false)
  }

  /** Takes the warehouse's prices: they decide which coins exist, and fill in for coins without a fresh streamed price. */
  seed(prices: Prices): void {
    const now = this.#clock.now()
    for (const id of this.#latest.keys()) if (!(id in prices)) this.#forget(id)
    for (const [id, price] of Object.entries(prices)) {
      const held = this.#latest.get(id)
      if (held === undefined || now - held.at > staleMs) this.#set(id, price, held?.at ?? 0)
    }
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
        group = this.#join(reader, coins)
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

  /** Frames handed to readers in a second, over the last 10 s. */
  get framesPerSecond(): number {
    const before = this.#framesAtBeat[0] ?? this.#framesSent
    const seconds = (this.#framesAtBeat.length * frameMs) / 1000
    return seconds === 0 ? 0 : (this.#framesSent - before) / seconds
  }

  get lastPriceAt(): number | null {
    return this.#lastPriceAt
  }

  status(): LiveStatus {
    const price_age_ms = this.#lastPriceAt === null ? null : Math.max(0, this.#clock.now() - this.#lastPriceAt)
    return { type: 'status', source: this.#source, stale: this.#stale, price_age_ms }
  }

  #set(id: string, price: number, at: number): void {
    const held = this.#latest.get(id)
    this.#latest.set(id, { price, at })
    if (held?.price !== price) this.#changed.add(id)
  }

  #forget(id: string): void {
    this.#latest.delete(id)
    this.#changed.delete(id)
    for (const group of this.#groups.values()) group.snapshot = null
  }

  #join(reader: Reader, coins: ReadonlySet<string> | null): Group {
    const key = toKey(coins)
    const lastFrameAt = this.#clock.now()
    const group = this.#groups.get(key) ?? { key, coins, readers: new Set(), snapshot: null, lastFrameAt }
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
    if (!this.#stale && now - (this.#lastPriceAt ?? 0) > staleMs) this.#setStatus(this.#source, true)
    if (this.#changed.size > 0) this.#sendChanges(now)
    for (const group of this.#groups.values())
      if (now - group.lastFrameAt >= heartbeatMs) this.#send(this.#encodeHeartbeat(), group)
  }

  #sendChanges(now: number): void {
    const changed = this.#changed
    this.#changed = new Set()
    this.#seq += 1
    for (const group of this.#groups.values()) {
      const prices = this.#pricesOf(group.coins === null ? changed : group.coins, changed)
      if (Object.keys(prices).length === 0) continue
      group.snapshot = null
      this.#send(encode({ type: 'price_update', seq: this.#seq, ts: now, prices }), group)
    }
  }

  /** The latest prices of `coins`, of those that are in `only` too. */
  #pricesOf(coins: Iterable<string>, only?: ReadonlySet<string>): Prices {
    const prices: Prices = {}
    for (const id of coins) {
      const held = only === undefined || only.has(id) ? this.#latest.get(id) : undefined
      if (held !== undefined) prices[id] = held.price
    }
    return prices
  }

  #setStatus(source: string | null, stale: boolean): void {
    this.#source = source
    this.#stale = stale
    for (const group of this.#groups.values()) this.#send(encode(this.status()), group)
  }

  #send(frame: Buffer, group: Group): void {
    group.lastFrameAt = this.#clock.now()
    this.#deliver(frame, group, group.readers)
  }

  #deliver(frame: Buffer, group: Group, readers: Iterable<Reader>): void {
    for (const reader of readers) {
      this.#framesSent += 1
      reader.onFrame(frame, () => this.#encodeSnapshot(group))
    }
  }

  #encodeHeartbeat(): Buffer {
    return encode({ type: 'heartbeat', seq: this.#seq, ts: this.#clock.now() })
  }

  /** Every price of the group as of the last frame sent, so that what follows needs nothing but the next frame. */
  #encodeSnapshot(group: Group): Buffer {
    if (group.snapshot !== null && this.#changed.size === 0) return group.snapshot
    const prices = this.#pricesOf(group.coins ?? this.#latest.keys())
    group.snapshot = encode({ type: 'price_update', snapshot: true, seq: this.#seq, ts: this.#clock.now(), prices })
    return group.snapshot
  }
}

const encode = (frame: ServerFrame): Buffer => Buffer.from(JSON.stringify(frame))
