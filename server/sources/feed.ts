import type { ClockReport } from '../../contract/clock.ts'
import type { FeedReport } from '../../contract/live.ts'
import type { Log } from '../log.ts'
import { FeedLine } from './feed-line.ts'
import { type FeedTiming, feedTiming } from './feed-timing.ts'
import type { Tick, TickBatch, TickSource } from './source.ts'
import type { SourceClock } from './source-clock.ts'
import { TickGuard, type WitnessPrices } from './tick-guard.ts'

export type FeedOptions = {
  /** In the order in which they are preferred. */
  sources: readonly TickSource[]
  clock: SourceClock
  log: Log
  /** Gets believed ticks, of one source at a time. */
  onTicks: (ticks: Tick[]) => void
  timing?: Partial<FeedTiming>
  random?: () => number
}

/** Live prices of the first source that is good. */
export type Feed = {
  /** Best rank first; the top three tell whether prices move. Another set connects anew; none disconnects. */
  follow(coingeckoIds: readonly string[]): void
  /** Prices of followed coins that the warehouse holds, with their time in ms, to judge jumps by. */
  witness(prices: WitnessPrices): void
  /** `source` is the one in use; null: none is good. */
  report(): { source: string | null; sources: FeedReport[]; clock: ClockReport }
  /** No tick comes after the call. Resolves when the connections are closed. */
  stop(): Promise<void>
}

export function startFeed(options: FeedOptions): Feed {
  const failover = new Failover(options)
  return {
    follow: (coingeckoIds) => failover.follow(coingeckoIds),
    witness: (prices) => failover.witness(prices),
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
  readonly #lines: FeedLine[]
  #ids: readonly string[] = []
  #active: FeedLine | null = null
  /** When the next source is started; null while one is good. */
  #nextStartAt: number | null = null
  #alarm = new AbortController()
  #stopped = false

  constructor({ sources, clock, log, onTicks, timing = {}, random = Math.random }: FeedOptions) {
    this.#clock = clock
    this.#log = log
    this.#timing = { ...feedTiming, ...timing }
    this.#onTicks = onTicks
    this.#guard = new TickGuard(clock)
    const hooks = {
      judge: (line: FeedLine, batch: TickBatch) => this.#judge(line, batch),
      deliver: (line: FeedLine, ticks: Tick[]) => this.#deliver(line, ticks),
      change: () => this.#decide(),
    }
    this.#lines = sources.map((source) => new FeedLine({ source, clock, log, timing: this.#timing, random, hooks }))
  }

  follow(coingeckoIds: readonly string[]): void {
    if (this.#stopped) return
    const anew = [...coingeckoIds].sort().join() !== [...this.#ids].sort().join()
    this.#ids = [...coingeckoIds]
    this.#guard.follow(this.#ids)
    if (this.#ids.length === 0) this.#disconnect()
    for (const line of this.#lines) line.follow(this.#ids, { anew })
    this.#decide()
  }

  witness(prices: WitnessPrices): void {
    this.#hand(this.#active, this.#guard.witness(prices))
  }

  report(): ReturnType<Feed['report']> {
    const sources = this.#lines.map((line) => line.report())
    return { source: this.#active?.id ?? null, sources, clock: this.#clock.report() }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#disconnect()
  }

  async #disconnect(): Promise<void> {
    this.#alarm.abort(new Error('disconnected'))
    this.#setActive(null)
    this.#nextStartAt = null
    await Promise.all(this.#lines.map((line) => line.stop()))
  }

  #judge({ id, counts }: FeedLine, { ticks, garbage, withheld }: TickBatch) {
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

  #deliver(line: FeedLine, ticks: Tick[]): void {
    if (line !== this.#active) {
      line.counts.ticks += ticks.length
      const released = ticks.flatMap((tick) => this.#guard.observe(tick) ?? [])
      this.#hand(this.#active, released)
    } else {
      const believed = ticks.flatMap((tick) => this.#guard.believe(tick) ?? [])
      line.counts.refused.jump += ticks.length - believed.length
      this.#hand(line, believed)
    }
  }

  #hand(line: FeedLine | null, believed: Tick[]): void {
    if (line === null || believed.length === 0) return
    line.counts.ticks += believed.length
    this.#onTicks(believed)
  }

  /** Chooses the line in use, starts and stops the others, and comes back when time alone would change that. */
  #decide(): void {
    if (this.#stopped || this.#ids.length === 0) return
    const best = this.#choose()
    if (best !== null) this.#use(best)
    else this.#startNext()
    if (best === null && this.#lines.every((line) => line.isOn)) for (const line of this.#lines) line.shortenPause()
    this.#setAlarm()
  }

  #listPreferred(): FeedLine[] {
    return this.#active === null ? [] : this.#lines.slice(0, this.#lines.indexOf(this.#active))
  }

  #choose(): FeedLine | null {
    const good = this.#lines.filter((line) => line.goodSince !== null)
    if (this.#active === null || !good.includes(this.#active)) return good[0] ?? null
    const now = this.#clock.now()
    const isBack = (line: FeedLine) => line.goodSince !== null && now - line.goodSince >= this.#timing.failBackMs
    return this.#listPreferred().find(isBack) ?? this.#active
  }

  #use(line: FeedLine): void {
    this.#nextStartAt = null
    if (line !== this.#active) {
      const before = this.#active
      const why = before === null ? 'first_good' : before.goodSince === null ? 'lost' : 'fail_back'
      this.#log.info({ source: line.id, before: before?.id ?? null, why }, 'feed in use')
      this.#setActive(line)
    }
    for (const lower of this.#lines.slice(this.#lines.indexOf(line) + 1)) lower.stop()
  }

  #setActive(line: FeedLine | null): void {
    this.#active = line
    this.#guard.dropHeld()
  }

  #startNext(): void {
    const { graceMs, stepMs } = this.#timing
    const now = this.#clock.now()
    const on = this.#lines.filter((line) => line.isOn)
    this.#nextStartAt ??= now + graceMs
    if (this.#active?.isHopeless ?? on.every((line) => line.isHopeless)) this.#nextStartAt = now
    if (now < this.#nextStartAt) return
    if (this.#active !== null) this.#log.warn({ source: this.#active.id }, 'feed no longer in use')
    this.#setActive(null)
    const next = this.#lines.find((line) => !line.isOn)
    if (next === undefined) {
      this.#nextStartAt = Infinity
      return
    }
    next.start(this.#ids)
    this.#nextStartAt = now + (on.length === 0 ? graceMs : stepMs)
    if (next.isHopeless) this.#startNext()
  }

  #setAlarm(): void {
    this.#alarm.abort(new Error('set anew'))
    const backAt = this.#listPreferred().map((line) => (line.goodSince ?? Infinity) + this.#timing.failBackMs)
    const at = Math.min(this.#nextStartAt ?? Infinity, ...backAt)
    if (at === Infinity) return
    this.#alarm = new AbortController()
    this.#clock.sleep(at - this.#clock.now(), this.#alarm.signal).then(
      () => this.#decide(),
      () => undefined,
    )
  }
}
