import type { ClockReport } from '../../contract/clock.ts'
import type { FeedReport } from '../../contract/live.ts'
import type { Log } from '../log.ts'
import { type FeedTiming, feedTiming } from './feed-timing.ts'
import type { Tick, TickBatch, TickSource } from './source.ts'
import type { SourceClock } from './source-clock.ts'
import { SourceConnection } from './source-connection.ts'
import { type ReferencePrices, TickGuard } from './tick-guard.ts'

export type FeedOptions = {
  /** In order of preference. */
  sources: readonly TickSource[]
  clock: SourceClock
  log: Log
  /** Receives the accepted ticks of the active source. */
  onTicks: (ticks: Tick[]) => void
  timing?: Partial<FeedTiming>
  random?: () => number
}

/** Live prices of the first healthy source. */
export type Feed = {
  /**
   * Follows coins, best rank first. The top three show whether prices move. A changed set reconnects. An empty set
   * disconnects.
   */
  follow(coingeckoIds: readonly string[]): void
  /** Records warehouse prices, which can confirm jumps. */
  noteReferences(prices: ReferencePrices): void
  /** `source` is the active one. Null if none is healthy. */
  report(): { source: string | null; sources: FeedReport[]; clock: ClockReport }
  /** Delivers no tick after the call. Resolves when the connections are closed. */
  stop(): Promise<void>
}

export function startFeed(options: FeedOptions): Feed {
  const failover = new Failover(options)
  return {
    follow: (coingeckoIds) => failover.follow(coingeckoIds),
    noteReferences: (prices) => failover.noteReferences(prices),
    report: () => failover.report(),
    stop: () => failover.stop(),
  }
}

class Failover {
  readonly #clock: SourceClock
  readonly #log: Log
  readonly #timing: FeedTiming
  readonly #onTicks: (ticks: Tick[]) => void
  readonly #guard: TickGuard
  readonly #connections: SourceConnection[]
  #ids: readonly string[] = []
  #active: SourceConnection | null = null
  /** When the next source starts. Null while one is healthy. */
  #nextStartAt: number | null = null
  #timer = new AbortController()
  #stopped = false

  constructor({ sources, clock, log, onTicks, timing = {}, random = Math.random }: FeedOptions) {
    this.#clock = clock
    this.#log = log
    this.#timing = { ...feedTiming, ...timing }
    this.#onTicks = onTicks
    this.#guard = new TickGuard(clock)
    const hooks = {
      classify: (connection: SourceConnection, batch: TickBatch) => this.#classify(connection, batch),
      deliver: (connection: SourceConnection, ticks: Tick[]) => this.#deliver(connection, ticks),
      change: () => this.#decide(),
    }
    this.#connections = sources.map(
      (source) => new SourceConnection({ source, clock, log, timing: this.#timing, random, hooks }),
    )
  }

  follow(coingeckoIds: readonly string[]): void {
    if (this.#stopped) return
    const isOtherSet = [...coingeckoIds].sort().join() !== [...this.#ids].sort().join()
    this.#ids = [...coingeckoIds]
    this.#guard.follow(this.#ids)
    if (this.#ids.length === 0) void this.#disconnect()
    for (const connection of this.#connections) connection.follow(this.#ids, { reconnect: isOtherSet })
    this.#decide()
  }

  noteReferences(prices: ReferencePrices): void {
    this.#hand(this.#active, this.#guard.noteReferences(prices))
  }

  report(): ReturnType<Feed['report']> {
    const sources = this.#connections.map((connection) => connection.report())
    return { source: this.#active?.id ?? null, sources, clock: this.#clock.report() }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#disconnect()
  }

  async #disconnect(): Promise<void> {
    this.#timer.abort(new Error('disconnected'))
    this.#setActive(null)
    this.#nextStartAt = null
    await Promise.all(this.#connections.map((connection) => connection.stop()))
  }

  #classify({ id, counts }: SourceConnection, { ticks, garbage, withheld }: TickBatch) {
    counts.refused.garbage += garbage
    counts.refused.no_rate += withheld
    let alive = false
    const unclocked: Tick[] = []
    const timely = ticks.filter((tick) => {
      const refusal = this.#guard.refuse(id, tick)
      if (refusal !== null) counts.refused[refusal] += 1
      if (refusal === 'clock') unclocked.push(tick)
      alive ||= refusal === null || refusal === 'equal' || refusal === 'clock'
      return refusal === null
    })
    if (timely.length > 0) counts.lastTickAt = this.#clock.now()
    return { timely, unclocked, alive }
  }

  #deliver(connection: SourceConnection, ticks: Tick[]): void {
    if (connection !== this.#active) {
      connection.counts.ticks += ticks.length
      const released = ticks.flatMap((tick) => this.#guard.observe(tick) ?? [])
      this.#hand(this.#active, released)
    } else {
      const accepted = ticks.flatMap((tick) => this.#guard.accept(tick) ?? [])
      connection.counts.refused.jump += ticks.length - accepted.length
      this.#hand(connection, accepted)
    }
  }

  #hand(connection: SourceConnection | null, accepted: Tick[]): void {
    if (connection === null || accepted.length === 0) return
    connection.counts.ticks += accepted.length
    this.#onTicks(accepted)
  }

  /** Chooses the active connection, starts and stops the others, and schedules the next decision. */
  #decide(): void {
    if (this.#stopped || this.#ids.length === 0) return
    const best = this.#choose()
    if (best !== null) this.#use(best)
    else this.#startNext()
    if (best === null && this.#connections.every((connection) => connection.isOn))
      for (const connection of this.#connections) connection.shortenPause()
    this.#scheduleDecision()
  }

  #listPreferred(): SourceConnection[] {
    return this.#active === null ? [] : this.#connections.slice(0, this.#connections.indexOf(this.#active))
  }

  #choose(): SourceConnection | null {
    const good = this.#connections.filter((connection) => connection.goodSince !== null)
    if (this.#active === null || !good.includes(this.#active)) return good[0] ?? null
    const now = this.#clock.now()
    const isBack = (connection: SourceConnection) =>
      connection.goodSince !== null && now - connection.goodSince >= this.#timing.failBackMs
    return this.#listPreferred().find(isBack) ?? this.#active
  }

  #use(connection: SourceConnection): void {
    this.#nextStartAt = null
    if (connection !== this.#active) {
      const before = this.#active
      const why = before === null ? 'first_good' : before.goodSince === null ? 'lost' : 'fail_back'
      this.#log.info({ source: connection.id, before: before?.id ?? null, why }, 'price source in use')
      this.#setActive(connection)
    }
    for (const lower of this.#connections.slice(this.#connections.indexOf(connection) + 1)) void lower.stop()
  }

  #setActive(connection: SourceConnection | null): void {
    this.#active = connection
    this.#guard.dropPending()
  }

  #startNext(): void {
    const { graceMs, stepMs } = this.#timing
    const now = this.#clock.now()
    const on = this.#connections.filter((connection) => connection.isOn)
    this.#nextStartAt ??= now + graceMs
    if (this.#active?.isHopeless ?? on.every((connection) => connection.isHopeless)) this.#nextStartAt = now
    if (now < this.#nextStartAt) return
    if (this.#active !== null) this.#log.warn({ source: this.#active.id }, 'price source no longer in use')
    this.#setActive(null)
    const next = this.#connections.find((connection) => !connection.isOn)
    if (next === undefined) {
      this.#nextStartAt = Infinity
      return
    }
    next.start(this.#ids)
    this.#nextStartAt = now + (on.length === 0 ? graceMs : stepMs)
    if (next.isHopeless) this.#startNext()
  }

  #scheduleDecision(): void {
    this.#timer.abort(new Error('rescheduled'))
    const backAt = this.#listPreferred().map(
      (connection) => (connection.goodSince ?? Infinity) + this.#timing.failBackMs,
    )
    const at = Math.min(this.#nextStartAt ?? Infinity, ...backAt)
    if (at === Infinity) return
    this.#timer = new AbortController()
    this.#clock.sleep(at - this.#clock.now(), this.#timer.signal).then(
      () => this.#decide(),
      () => undefined,
    )
  }
}
