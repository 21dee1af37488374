import type { FeedReport, Refusal } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { Backoff, type Pause } from './backoff.ts'
import type { FeedTiming } from './feed-timing.ts'
import { Liveness, type Silence } from './liveness.ts'
import type { Tick, TickBatch, TickSource } from './source.ts'

type Loss = { reason: 'ended' | 'failed' | Silence; error: unknown }

/** Accepted and refused ticks since startup. `lastTickAt` is the arrival of the last current tick in ms. */
type ConnectionCounts = { ticks: number; refused: Record<Refusal, number>; lastTickAt: number | null }

/** Callbacks to the feed. */
type ConnectionHooks = {
  /**
   * `timely`: ticks that are not outdated. `unclocked`: ticks refused only because the local clock is wrong.
   * `alive`: whether the source has current prices.
   */
  classify(connection: SourceConnection, batch: TickBatch): { timely: Tick[]; unclocked: Tick[]; alive: boolean }
  /** Ticks of a healthy connection that are not outdated. */
  deliver(connection: SourceConnection, ticks: Tick[]): void
  /** The connection became healthy or was lost. */
  change(connection: SourceConnection): void
}

type ConnectionOptions = {
  source: TickSource
  clock: Clock
  log: Log
  timing: FeedTiming
  random: () => number
  hooks: ConnectionHooks
}

/**
 * Keeps one source connected from `start` to `stop`. After a loss it pauses before it reconnects; `stop` does not
 * shorten the pause. A reconnect for other coins doesn't count as a loss.
 */
export class SourceConnection {
  readonly id: string
  readonly counts: ConnectionCounts = {
    ticks: 0,
    refused: { garbage: 0, older: 0, equal: 0, future: 0, jump: 0, no_rate: 0, clock: 0 },
    lastTickAt: null,
  }
  readonly #options: ConnectionOptions
  readonly #backoff: Backoff
  #state: FeedReport['state'] = 'off'
  #problem: string | null = null
  #lostBy: Loss['reason'] | null = null
  #goodSince: number | null = null
  #pause: Pause = { state: 'waiting', ms: 0, minMs: 0 }
  #retryAt = 0
  #failures = 0
  #ids: readonly string[] = []
  #run: AbortController | null = null
  #connection: AbortController | null = null
  #ended: Promise<void> = Promise.resolve()

  constructor(options: ConnectionOptions) {
    this.id = options.source.id
    this.#options = options
    this.#backoff = new Backoff(options.timing, options.random)
  }

  get isOn(): boolean {
    return this.#run !== null
  }

  /** The start of the current healthy period in ms. Null while it is not healthy. */
  get goodSince(): number | null {
    return this.#goodSince
  }

  /** Whether to switch without waiting: it rests, went silent, or pauses longer than `graceMs`. */
  get isHopeless(): boolean {
    const silent = this.#lostBy === 'stalled' || this.#lostBy === 'degraded'
    const long = this.#pause.ms > this.#options.timing.graceMs
    return this.#state === 'resting' || (this.#state === 'waiting' && (silent || long))
  }

  report(): FeedReport {
    const pauses = this.#state === 'waiting' || this.#state === 'resting'
    const { ticks, refused, lastTickAt } = this.counts
    return {
      source: this.id,
      state: this.#state,
      problem: this.#problem,
      retry_at: toInstant(pauses ? this.#retryAt : null),
      last_tick_at: toInstant(lastTickAt),
      failures: this.#failures,
      ticks,
      refused: { ...refused },
    }
  }

  start(coingeckoIds: readonly string[]): void {
    if (this.#run !== null) return
    const run = new AbortController()
    this.#run = run
    this.#ids = coingeckoIds
    this.#state = this.#retryAt > this.#options.clock.now() ? this.#pause.state : 'connecting'
    this.#ended = this.#ended.then(() => this.#keep(run.signal))
  }

  /** Sets the followed coins. `reconnect` is needed unless only their order changed. */
  follow(coingeckoIds: readonly string[], { reconnect }: { reconnect: boolean }): void {
    this.#ids = coingeckoIds
    if (reconnect) this.#connection?.abort(new Error('The followed coins changed'))
  }

  /** Shortens the pause to its minimum. Used when no other source is available. */
  shortenPause(): void {
    this.#retryAt -= Math.max(0, this.#pause.ms - this.#pause.minMs)
    this.#pause = { ...this.#pause, ms: this.#pause.minMs }
  }

  /** Resolves when the connection is closed. */
  stop(): Promise<void> {
    this.#run?.abort(new Error('stopped'))
    this.#run = null
    this.#state = 'off'
    this.#goodSince = null
    return this.#ended
  }

  async #keep(run: AbortSignal): Promise<void> {
    const { clock, timing } = this.#options
    while (!run.aborted) {
      const ms = Math.min(this.#retryAt - clock.now(), timing.maxAlonePauseMs)
      if (ms > 0) await clock.sleep(ms, run).catch(() => undefined)
      else await this.#connect(run)
    }
  }

  async #connect(run: AbortSignal): Promise<void> {
    const { clock, log, timing } = this.#options
    const connection = new AbortController()
    const { signal } = connection
    const end = () => connection.abort(run.reason)
    run.addEventListener('abort', end, { once: true })
    this.#connection = connection
    this.#state = 'connecting'
    log.info({ source: this.id, coins: this.#ids.length }, 'price source connecting')
    const patienceMs = this.#goodSince === null ? timing.connectMs : timing.stallMs
    const liveness = new Liveness(timing, { now: clock.now(), patienceMs })
    const reading = this.#read(liveness, signal)
    const loss = await Promise.race([reading, this.#watch(liveness, signal), toAborted(signal)])
    run.removeEventListener('abort', end)
    this.#connection = null
    if (loss !== null && !signal.aborted) this.#lose(loss)
    connection.abort(new Error('left'))
    await this.#close(reading)
  }

  async #read(liveness: Liveness, signal: AbortSignal): Promise<Loss> {
    const { source, clock, hooks } = this.#options
    try {
      for await (const batch of source.streamTicks(this.#ids, signal)) {
        if (signal.aborted) break
        const { timely, unclocked, alive } = hooks.classify(this, batch)
        liveness.note([...timely, ...unclocked], { ids: this.#ids, now: clock.now() })
        if (alive && this.#state !== 'good') this.#succeed()
        if (timely.length > 0) hooks.deliver(this, timely)
      }
      return { reason: 'ended', error: new Error('The stream ended. Reconnecting.') }
    } catch (error) {
      return { reason: 'failed', error }
    }
  }

  /** Resolves when the connection has been silent for too long. */
  async #watch(liveness: Liveness, signal: AbortSignal): Promise<Loss | null> {
    const { clock, timing } = this.#options
    for (;;) {
      const silence = liveness.findSilence(clock.now())
      if (silence !== null) return { reason: silence, error: toSilenceError(silence, timing) }
      await clock.sleep(Math.min(liveness.dueAt - clock.now(), timing.stallMs), signal).catch(() => undefined)
      if (signal.aborted) return null
    }
  }

  #succeed(): void {
    const { clock, log, hooks } = this.#options
    this.#state = 'good'
    this.#problem = null
    this.#lostBy = null
    this.#goodSince ??= clock.now()
    log.info({ source: this.id }, 'price source streaming')
    hooks.change(this)
  }

  #lose({ reason, error }: Loss): void {
    const { clock, log, hooks } = this.#options
    const now = clock.now()
    const pause = this.#backoff.next(error, { now, goodMs: this.#goodSince === null ? 0 : now - this.#goodSince })
    this.#failures += 1
    this.#state = pause.state
    this.#pause = pause
    this.#retryAt = now + pause.ms
    this.#problem = toMessage(error)
    this.#lostBy = reason
    this.#goodSince = null
    const fields = { source: this.id, reason, error: this.#problem, failures: this.#failures, retry_ms: pause.ms }
    log.warn(fields, pause.state === 'resting' ? 'price source paused after errors' : 'price source disconnected')
    hooks.change(this)
  }

  /** Waits until the connection is closed, or for `closeMs`. */
  async #close(reading: Promise<Loss>): Promise<void> {
    const { clock, timing } = this.#options
    const patience = new AbortController()
    await Promise.race([reading, clock.sleep(timing.closeMs, patience.signal).catch(() => undefined)])
    patience.abort(new Error('closed'))
  }
}

const toInstant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const toAborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })

const toSilenceError = (silence: Silence, { stallMs, degradedMs }: FeedTiming): Error =>
  silence === 'stalled'
    ? new Error(`No message for ${stallMs / 1000} s. Reconnecting.`)
    : new Error(`No price of the largest coins changed for ${degradedMs / 1000} s. Reconnecting.`)
