import type { Clock } from '../clock.ts'

const windowMs = 60_000

/** Limits calls to `callsPerMinute` in any 60 s. All callers share the limit and are served in order. */
export class RateBudget {
  readonly #clock: Clock
  readonly #callsPerMinute: number
  #taken: number[] = []
  #pausedUntil = 0
  #queue: Promise<unknown> = Promise.resolve()

  constructor(clock: Clock, callsPerMinute: number) {
    this.#clock = clock
    this.#callsPerMinute = callsPerMinute
  }

  /** Waits until a call is allowed, and counts it. Rejects if `signal` is aborted first. */
  take(signal: AbortSignal): Promise<void> {
    const turn = this.#queue.then(() => this.#takeNext(signal))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Delays all further calls, as a Retry-After header requests. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms)
  }

  async #takeNext(signal: AbortSignal): Promise<void> {
    for (let wait = this.#waitMs(); wait > 0; wait = this.#waitMs()) await this.#clock.sleep(wait, signal)
    signal.throwIfAborted()
    this.#taken.push(this.#clock.now())
  }

  #waitMs(): number {
    const now = this.#clock.now()
    this.#taken = this.#taken.filter((at) => at > now - windowMs)
    const oldest = this.#taken.length >= this.#callsPerMinute ? this.#taken[0] : undefined
    return Math.max(this.#pausedUntil - now, oldest === undefined ? 0 : oldest + windowMs - now)
  }
}
