import type { Clock } from '../server/clock.ts'

type Timer = { at: number; ring: () => void }

/** Lets everything happen that waits for no timer. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock that stands still until `advance` is called. */
export class FakeClock implements Clock {
  #now: number
  #timers = new Set<Timer>()
  #stepped = 0

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const end = () => {
        this.#timers.delete(timer)
        signal?.removeEventListener('abort', abort)
      }
      const abort = () => {
        end()
        reject(signal?.reason)
      }
      const timer: Timer = {
        at: this.#now + Math.max(0, ms),
        ring: () => {
          end()
          resolve()
        },
      }
      this.#timers.add(timer)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** The time that has passed, whatever the clock was set to. */
  elapsed(): number {
    return this.#now - this.#stepped
  }

  /** Sets the clock ahead or, by less than 0, back: no time passes. */
  step(ms: number): void {
    this.#now += ms
    this.#stepped += ms
    for (const timer of this.#timers) timer.at += ms
  }

  /** How many sleep. */
  get sleepers(): number {
    return this.#timers.size
  }

  /** Moves the time alone: no timer rings. */
  advanceNow(ms: number): void {
    this.#now += ms
  }

  /** Lets `ms` pass, from timer to timer in their order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (await settle(); ; await settle()) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#now = Math.max(this.#now, due.at)
      due.ring()
    }
    this.#now = end
  }
}
