import type { Clock } from '../clock.ts'

const windowMs = 60_000

/**
 * At most `callsPerMinute` calls in any 60 s, shared by everyone who takes from it, in the order of asking.
 * `pause` honours an upstream that asked us to wait.
 */
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

  /** Resolves when a call may be made, and counts it. Rejects when `signal` is aborted while waiting. */
  take(signal: AbortSignal): Promise<void> {
    const turn = this.#queue.then(() => this.#takeNext(signal))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

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
