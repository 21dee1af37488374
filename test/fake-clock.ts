import type { Clock } from '../server/clock.ts'

type Timer = { at: number; ring: () => void }

/** Runs all pending work that does not wait for a timer. */
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

  /** Elapsed time in ms, without the steps of the clock. */
  elapsed(): number {
    return this.#now - this.#stepped
  }

  /** Sets the clock ahead, or back if negative. No time passes. */
  step(ms: number): void {
    this.#now += ms
    this.#stepped += ms
    for (const timer of this.#timers) timer.at += ms
  }

  get sleepers(): number {
    return this.#timers.size
  }

  /** Moves the time without firing timers. */
  advanceNow(ms: number): void {
    this.#now += ms
  }

  /** Advances by `ms` and fires the due timers in order. */
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
