import type { LiveStatus, Prices } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import type { BusMessage, FeedState } from './bus.ts'
import { CoinSet } from './coin-set.ts'
import { encode, encodePrice, encodePrices } from './encoding.ts'
import { Growth } from './growth.ts'

const beatMs = 500
const heartbeatMs = 15_000
const rateBeats = 10_000 / beatMs
const minuteBeats = 60_000 / beatMs
const answerMs = 250
const staleMs = 30_000
const silentBusMs = 5000
const lateMs = 5000
const quietMs = 5000

/** A client of the stream. `snapshot` is asked for only when it is needed, and is encoded once for all alike. */
export type Reader = {
  onFrame(frame: Buffer, snapshot: () => Buffer): void
}

/** A client's subscription, of every coin or of a set. */
export type Seat = {
  /** Adds coins, or narrows every coin to them; a snapshot follows. Returns how many are subscribed to. */
  subscribe(coins: Iterable<string>): number
  /** Takes coins away from a set; a snapshot follows. */
  unsubscribe(coins: Iterable<string>): void
  /** Asks for a heartbeat. */
  ping(): void
  leave(): void
}

type Price = { price: number; text: string }

/** `lastPriceAt`: when the newest price was made, of whatever coin, as of the last frame. */
type Told = { lastFrameAt: number; lastPriceAt: number | null }

/** One client: its coins, null: every coin, and when it was last sent a snapshot that it asked for. */
type Member = { reader: Reader; coins: CoinSet | null; answeredAt: number }

/** The members that want the same coins: they share every frame. */
type Group = Told & { key: string; members: Set<Member>; snapshot: Buffer | null }

const noFeed: FeedState = { source: null, last_price_at: null, sources: [] }

/** What this process knows of the live market, and the readers that it tells of every change. */
export class Hub {
  readonly #clock: Clock
  readonly #groups = new Map<string, Group>()
  readonly #prices = new Map<string, Price>()
  /** Who has changed its coins again shortly after a snapshot: one more follows for all the changes. */
  readonly #unanswered = new Map<Member, Group>()
  #heard = { term: 0, seq: 0, at: Number.NEGATIVE_INFINITY }
  #seq = 0
  #feed = noFeed
  #stale = true
  #clients = 0
  #framesSent = 0
  readonly #frames = new Growth(rateBeats)
  #broadcastsSent = 0
  #broadcastAt: number | null = null
  readonly #broadcasts = new Growth(minuteBeats)
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

  /** Adds a client of `coins`, or of every coin: it gets the status and the snapshot first, then each frame. */
  add(reader: Reader, coins: Iterable<string> | null = null): Seat {
    const answeredAt = Number.NEGATIVE_INFINITY
    const member: Member = { reader, coins: coins === null ? null : new CoinSet(coins), answeredAt }
    let group = this.#join(member)
    this.#clients += 1
    this.#deliver(encode(this.status()), group, [member])
    this.#deliver(this.#encodeSnapshot(group), group, [member])
    const change = (edit: () => void) => {
      this.#part(member, group)
      edit()
      group = this.#join(member, group)
      this.#unanswered.set(member, group)
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
        this.#part(member, group)
        this.#unanswered.delete(member)
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
    const { growth, beats } = this.#frames.read(this.#framesSent)
    return beats === 0 ? 0 : (growth * 1000) / (beats * beatMs)
  }

  /** Messages with changed prices over the last minute, however many clients got them. */
  get broadcastsPerMinute(): number {
    return this.#broadcasts.read(this.#broadcastsSent).growth
  }

  /** Since prices last changed, in seconds; null: they have not yet. */
  get secondsSinceBroadcast(): number | null {
    return this.#broadcastAt === null ? null : Math.max(0, this.#clock.now() - this.#broadcastAt) / 1000
  }

  /** Has the producer of prices, which speaks each second, been heard of lately? */
  get hearsProducer(): boolean {
    return this.#clock.now() - this.#heard.at <= silentBusMs
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

  #takePrices(prices: Prices, gone: string[]): Set<string> {
    const changed = new Set<string>()
    for (const id of gone) this.#prices.delete(id)
    if (gone.length > 0) for (const group of this.#groups.values()) group.snapshot = null
    for (const [id, price] of Object.entries(prices)) {
      if (this.#prices.get(id)?.price === price) continue
      this.#prices.set(id, { price, text: encodePrice(id, price) })
      changed.add(id)
    }
    return changed
  }

  /** `told`: what the client was told last, where it comes from another group. */
  #join(member: Member, told?: Told): Group {
    const key = member.coins?.key ?? '*'
    const { lastFrameAt, lastPriceAt } = told ?? {
      lastFrameAt: this.#clock.now(),
      lastPriceAt: this.#feed.last_price_at,
    }
    const none = { members: new Set<Member>(), snapshot: null }
    const group = this.#groups.get(key) ?? { key, ...none, lastFrameAt, lastPriceAt }
    this.#groups.set(key, group)
    group.members.add(member)
    return group
  }

  #part(member: Member, group: Group): void {
    group.members.delete(member)
    if (group.members.size === 0) this.#groups.delete(group.key)
  }

  /** Sends the snapshot of changed coins, unless one was sent a moment ago: then it follows with a later beat. */
  #answer(member: Member, group: Group): void {
    if (this.#since(member.answeredAt) < answerMs) return
    member.answeredAt = this.#clock.now()
    this.#unanswered.delete(member)
    this.#deliver(this.#encodeSnapshot(group), group, [member])
  }

  /** The time since `at`; endless when the clock was set back since, so that nothing waits for that to pass again. */
  #since(at: number): number {
    const passed = this.#clock.now() - at
    return passed < 0 ? Number.POSITIVE_INFINITY : passed
  }

  #beat(): void {
    this.#frames.beat(this.#framesSent)
    this.#broadcasts.beat(this.#broadcastsSent)
    for (const [member, group] of this.#unanswered) this.#answer(member, group)
    this.#tellStatus(this.#feed.source)
    for (const group of this.#groups.values())
      if (this.#feed.last_price_at !== group.lastPriceAt && this.#since(group.lastFrameAt) >= quietMs)
        this.#send(encode(this.status()), group)
      else if (this.#since(group.lastFrameAt) >= heartbeatMs) this.#send(this.#encodeHeartbeat(), group)
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
    this.#broadcastsSent += 1
    this.#broadcastAt = ts
    for (const group of this.#groups.values()) {
      const coins = coinsOf(group) ?? changed
      const texts = coins.size < changed.size ? this.#textsOf(coins, changed) : this.#textsOf(changed, coins)
      if (texts.length === 0) continue
      group.snapshot = null
      this.#send(encodePrices({ type: 'price_update', seq: this.#seq, ts }, texts), group)
    }
  }

  /** The latest prices of `coins`, of those that are in `others` too. */
  #textsOf(coins: Iterable<string>, others?: { has(id: string): boolean }): string[] {
    const texts: string[] = []
    for (const id of coins) {
      if (others !== undefined && !others.has(id)) continue
      const held = this.#prices.get(id)
      if (held !== undefined) texts.push(held.text)
    }
    return texts
  }

  #send(frame: Buffer, group: Group): void {
    group.lastFrameAt = this.#clock.now()
    group.lastPriceAt = this.#feed.last_price_at
    this.#deliver(frame, group, group.members)
  }

  #deliver(frame: Buffer, group: Group, members: Iterable<Member>): void {
    const snapshot = () => this.#encodeSnapshot(group)
    for (const { reader } of members) {
      this.#framesSent += 1
      reader.onFrame(frame, snapshot)
    }
  }

  #encodeHeartbeat(): Buffer {
    return encode({ type: 'heartbeat', seq: this.#seq, ts: this.#clock.now() })
  }

  /** Every price of the group as of the last frame sent, so that what follows needs nothing but the next frame. */
  #encodeSnapshot(group: Group): Buffer {
    if (group.snapshot !== null) return group.snapshot
    const texts = this.#textsOf(coinsOf(group) ?? this.#prices.keys())
    const ts = this.#clock.now()
    group.snapshot = encodePrices({ type: 'price_update', snapshot: true, seq: this.#seq, ts }, texts)
    return group.snapshot
  }
}

/** The coins of a group are those of any of its members. */
function coinsOf({ members }: Group): CoinSet | null {
  for (const { coins } of members) return coins
  return null
}
