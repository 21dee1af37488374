import type { LiveStatus, Prices } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import type { BusMessage, FeedState } from './bus.ts'
import { CoinSet } from './coin-set.ts'
import { type EncodedPrice, type Encoding, encode, encodePrices, PriceEncoder } from './encoding.ts'
import { RollingCounter } from './rolling-counter.ts'
import type { Subscriber, Subscription } from './subscriber.ts'

const sampleMs = 500
const heartbeatMs = 15_000
const rateSamples = 10_000 / sampleMs
const minuteSamples = 60_000 / sampleMs
const answerMs = 250
const staleMs = 30_000
const silentBusMs = 5000
const lateMs = 5000
const quietMs = 5000

/** `lastPriceAt`: the time of the newest price of any coin, as of the last message. */
type LastSent = { lastFrameAt: number; lastPriceAt: number | null }

/** One client: its coins (null: every coin) and the time of the last snapshot it requested. */
type Member = { subscriber: Subscriber; encoding: Encoding; coins: CoinSet | null; answeredAt: number }

/** The clients with the same coins and encoding: they share every message. */
type Group = LastSent & { key: string; encoding: Encoding; members: Set<Member>; snapshot: Buffer | null }

const noFeed: FeedState = { source: null, last_price_at: null, sources: [] }

/** The live prices of this process, sent to its clients as they change. */
export class Hub {
  readonly #clock: Clock
  readonly #groups = new Map<string, Group>()
  readonly #prices = new Map<string, EncodedPrice>()
  readonly #encoder = new PriceEncoder()
  /** Clients that changed their coins shortly after a snapshot: one more follows for all the changes. */
  readonly #pendingSnapshots = new Map<Member, Group>()
  #lastMessage = { term: 0, seq: 0, at: Number.NEGATIVE_INFINITY }
  #seq = 0
  #feed = noFeed
  #stale = true
  #clients = 0
  #framesSent = 0
  readonly #frames = new RollingCounter(rateSamples)
  #broadcastsSent = 0
  #broadcastAt: number | null = null
  readonly #broadcasts = new RollingCounter(minuteSamples)
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), sampleMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Handles a message of the producer; ignores one that is not newer than the last. */
  receive = (message: BusMessage): void => {
    const { term, seq, full, prices, gone, feed } = message
    if (term < this.#lastMessage.term || (term === this.#lastMessage.term && seq <= this.#lastMessage.seq)) return
    this.#lastMessage = { term, seq, at: this.#clock.now() }
    const missing = full ? [...this.#prices.keys()].filter((id) => !Object.hasOwn(prices, id)) : gone
    const { changed, fresh } = this.#takePrices(prices, missing)
    const source = this.#feed.source
    this.#feed = feed
    this.#sendStatusIfChanged(source)
    if (changed.size === 0) return
    this.#sendChanges({ changed, fresh, seq })
    if ((this.status().price_age_ms ?? 0) > lateMs) this.#sendStatus()
  }

  /** Adds a client for `coins`, or for every coin. It receives the status and a snapshot, then each change. */
  add(subscriber: Subscriber, coins: Iterable<string> | null = null, encoding: Encoding = 'json'): Subscription {
    const answeredAt = Number.NEGATIVE_INFINITY
    const member: Member = { subscriber, encoding, coins: coins === null ? null : new CoinSet(coins), answeredAt }
    let group = this.#join(member)
    this.#clients += 1
    this.#deliver(encode(this.status()), group, [member])
    this.#deliver(this.#encodeSnapshot(group), group, [member])
    const change = (edit: () => void) => {
      this.#leave(member, group)
      edit()
      group = this.#join(member, group)
      this.#pendingSnapshots.set(member, group)
      this.#answer(member, group)
    }
    return {
      subscribe: (ids) => {
        const set = member.coins ?? new CoinSet()
        change(() => {
          set.add(ids)
          member.coins = set
        })
        return set.size
      },
      unsubscribe: (ids) => change(() => member.coins?.remove(ids)),
      ping: () => this.#deliver(this.#encodeHeartbeat(), group, [member]),
      leave: () => {
        if (!group.members.has(member)) return
        this.#leave(member, group)
        this.#pendingSnapshots.delete(member)
        this.#clients -= 1
      },
    }
  }

  get clients(): number {
    return this.#clients
  }

  /** Messages sent to clients since the start. */
  get framesSent(): number {
    return this.#framesSent
  }

  /** Messages/s sent to clients, over the last 10 s. */
  get framesPerSecond(): number {
    const { growth, samples } = this.#frames.read(this.#framesSent)
    return samples === 0 ? 0 : (growth * 1000) / (samples * sampleMs)
  }

  /** Price updates in the last minute, each counted once for all clients. */
  get broadcastsPerMinute(): number {
    return this.#broadcasts.read(this.#broadcastsSent).growth
  }

  /** Seconds since prices last changed; null before the first change. */
  get secondsSinceBroadcast(): number | null {
    return this.#broadcastAt === null ? null : Math.max(0, this.#clock.now() - this.#broadcastAt) / 1000
  }

  /** Whether the producer, which sends each second, sent a message in the last 5 s. */
  get hearsProducer(): boolean {
    return this.#clock.now() - this.#lastMessage.at <= silentBusMs
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
    return !this.hearsProducer || this.#clock.now() - (this.#feed.last_price_at ?? 0) > staleMs
  }

  /** Takes the prices over. Returns the coins whose price changed, and of these the ones that had none. */
  #takePrices(prices: Prices, gone: string[]): { changed: Set<string>; fresh: Set<string> } {
    const [changed, fresh] = [new Set<string>(), new Set<string>()]
    for (const id of gone) this.#prices.delete(id)
    if (gone.length > 0) for (const group of this.#groups.values()) group.snapshot = null
    for (const [id, price] of Object.entries(prices)) {
      const known = this.#prices.get(id)
      if (known?.price === price) continue
      if (known === undefined) fresh.add(id)
      this.#prices.set(id, this.#encoder.encode(id, price))
      changed.add(id)
    }
    return { changed, fresh }
  }

  #join(member: Member, previous?: LastSent): Group {
    const { encoding } = member
    const key = `${encoding} ${member.coins?.key ?? '*'}`
    const { lastFrameAt, lastPriceAt } = previous ?? {
      lastFrameAt: this.#clock.now(),
      lastPriceAt: this.#feed.last_price_at,
    }
    const none = { members: new Set<Member>(), snapshot: null }
    const group = this.#groups.get(key) ?? { key, encoding, ...none, lastFrameAt, lastPriceAt }
    this.#groups.set(key, group)
    group.members.add(member)
    return group
  }

  #leave(member: Member, group: Group): void {
    group.members.delete(member)
    if (group.members.size === 0) this.#groups.delete(group.key)
  }

  /** Sends the requested snapshot, or leaves it to a later tick if the last one is younger than `answerMs`. */
  #answer(member: Member, group: Group): void {
    if (this.#since(member.answeredAt) < answerMs) return
    member.answeredAt = this.#clock.now()
    this.#pendingSnapshots.delete(member)
    this.#deliver(this.#encodeSnapshot(group), group, [member])
  }

  /** The time since `at`; infinite if the clock was set back, which would delay messages. */
  #since(at: number): number {
    const passed = this.#clock.now() - at
    return passed < 0 ? Number.POSITIVE_INFINITY : passed
  }

  #tick(): void {
    this.#frames.sample(this.#framesSent)
    this.#broadcasts.sample(this.#broadcastsSent)
    for (const [member, group] of this.#pendingSnapshots) this.#answer(member, group)
    this.#sendStatusIfChanged(this.#feed.source)
    for (const group of this.#groups.values())
      if (this.#feed.last_price_at !== group.lastPriceAt && this.#since(group.lastFrameAt) >= quietMs)
        this.#send(encode(this.status()), group)
      else if (this.#since(group.lastFrameAt) >= heartbeatMs) this.#send(this.#encodeHeartbeat(), group)
  }

  /** Sends the status if the source is not `before`, or if the prices became stale or fresh. */
  #sendStatusIfChanged(before: string | null): void {
    const status = this.status()
    if (status.source === before && status.stale === this.#stale) return
    this.#stale = status.stale
    this.#sendStatus()
  }

  #sendStatus(): void {
    const frame = encode(this.status())
    for (const group of this.#groups.values()) this.#send(frame, group)
  }

  #sendChanges({
    changed,
    fresh,
    seq,
  }: {
    changed: ReadonlySet<string>
    fresh: ReadonlySet<string>
    seq: number
  }): void {
    const ts = this.#clock.now()
    this.#seq = Math.max(this.#seq + 1, seq)
    this.#broadcastsSent += 1
    this.#broadcastAt = ts
    for (const group of this.#groups.values()) {
      const coins = coinsOf(group) ?? changed
      const toPart = (id: string, price: EncodedPrice) =>
        group.encoding === 'json' ? price.json : fresh.has(id) ? price.named : price.compact
      const parts = coins.size < changed.size ? this.#list(toPart, coins, changed) : this.#list(toPart, changed, coins)
      if (parts.length === 0) continue
      group.snapshot = null
      this.#send(encodePrices(group.encoding, { type: 'price_update', seq: this.#seq, ts }, parts), group)
    }
  }

  /** The encoded prices of the coins that are in both sets. */
  #list(
    toPart: (id: string, price: EncodedPrice) => string,
    coins: Iterable<string>,
    others?: { has(id: string): boolean },
  ): string[] {
    const parts: string[] = []
    for (const id of coins) {
      const price = this.#prices.get(id)
      if (price !== undefined && others?.has(id) !== false) parts.push(toPart(id, price))
    }
    return parts
  }

  #send(frame: Buffer, group: Group): void {
    group.lastFrameAt = this.#clock.now()
    group.lastPriceAt = this.#feed.last_price_at
    this.#deliver(frame, group, group.members)
  }

  #deliver(frame: Buffer, group: Group, members: Iterable<Member>): void {
    const snapshot = () => this.#encodeSnapshot(group)
    for (const { subscriber } of members) {
      this.#framesSent += 1
      subscriber.onFrame(frame, snapshot)
    }
  }

  #encodeHeartbeat(): Buffer {
    return encode({ type: 'heartbeat', seq: this.#seq, ts: this.#clock.now() })
  }

  /** Every price of the group as of the last message, to which the next message applies. */
  #encodeSnapshot(group: Group): Buffer {
    if (group.snapshot !== null) return group.snapshot
    const toPart = (_id: string, { json, named }: EncodedPrice) => (group.encoding === 'json' ? json : named)
    const parts = this.#list(toPart, coinsOf(group) ?? this.#prices.keys())
    const head = { type: 'price_update', snapshot: true, seq: this.#seq, ts: this.#clock.now() } as const
    group.snapshot = encodePrices(group.encoding, head, parts)
    return group.snapshot
  }
}

function coinsOf({ members }: Group): CoinSet | null {
  for (const { coins } of members) return coins
  return null
}
