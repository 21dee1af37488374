import type { LiveStatus, Prices, ServerFrame } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import type { PriceBatch } from '../sources/source.ts'

const frameMs = 250
const heartbeatMs = 15_000
const staleMs = 30_000

/** One reader of the stream. `snapshot` is asked for only when it is needed, and is encoded once for all. */
export type Reader = {
  onFrame(frame: Buffer, snapshot: () => Buffer): void
}

/** The latest price of every tracked coin, and the frames that tell readers of its changes. */
export class Hub {
  readonly #clock: Clock
  readonly #readers = new Set<Reader>()
  #latest = new Map<string, { price: number; at: number }>()
  #changed = new Set<string>()
  #seq = 0
  #source: string | null = null
  #stale = true
  #lastPriceAt: number | null = null
  #lastFrameAt: number
  #snapshot: Buffer | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lastFrameAt = clock.now()
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

  /** Adds a reader: it gets the status and the snapshot first, then each frame. Returns how to remove it. */
  add(reader: Reader): () => void {
    reader.onFrame(encode(this.status()), () => this.#encodeSnapshot())
    reader.onFrame(this.#encodeSnapshot(), () => this.#encodeSnapshot())
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  get clients(): number {
    return this.#readers.size
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
    this.#snapshot = null
  }

  #beat(): void {
    const now = this.#clock.now()
    if (!this.#stale && now - (this.#lastPriceAt ?? 0) > staleMs) this.#setStatus(this.#source, true)
    if (this.#changed.size > 0) this.#sendChanges(now)
    else if (now - this.#lastFrameAt >= heartbeatMs) this.#send({ type: 'heartbeat', seq: this.#seq, ts: now })
  }

  #sendChanges(now: number): void {
    const prices: Prices = {}
    for (const id of this.#changed) {
      const held = this.#latest.get(id)
      if (held !== undefined) prices[id] = held.price
    }
    this.#changed.clear()
    this.#snapshot = null
    this.#seq += 1
    this.#send({ type: 'price_update', seq: this.#seq, ts: now, prices })
  }

  #setStatus(source: string | null, stale: boolean): void {
    this.#source = source
    this.#stale = stale
    this.#send(this.status())
  }

  #send(frame: ServerFrame): void {
    this.#lastFrameAt = this.#clock.now()
    if (this.#readers.size === 0) return
    const bytes = encode(frame)
    for (const reader of this.#readers) reader.onFrame(bytes, () => this.#encodeSnapshot())
  }

  /** Every price as of the last frame sent, so that what follows needs nothing but the next frame. */
  #encodeSnapshot(): Buffer {
    if (this.#snapshot !== null && this.#changed.size === 0) return this.#snapshot
    const prices = Object.fromEntries([...this.#latest].map(([id, { price }]) => [id, price]))
    const frame: ServerFrame = { type: 'price_update', snapshot: true, seq: this.#seq, ts: this.#clock.now(), prices }
    this.#snapshot = encode(frame)
    return this.#snapshot
  }
}

const encode = (frame: ServerFrame): Buffer => Buffer.from(JSON.stringify(frame))
