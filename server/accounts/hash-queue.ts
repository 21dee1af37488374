import { AppError } from '../errors.ts'

const maxRunning = 2
const maxWaiting = 48
const retryAfterSeconds = 2

/** Runs up to two tasks at once, first in, first out. Throws `unavailable` when 48 tasks are waiting. */
export class HashQueue {
  readonly #waiting: (() => void)[] = []
  #running = 0

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= maxRunning) {
      if (this.#waiting.length >= maxWaiting)
        throw new AppError('unavailable', 'Too many sign-ins right now. Try again in a few seconds.', {
          details: { retryAfterSeconds },
        })
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
