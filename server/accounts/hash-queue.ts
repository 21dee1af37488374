import { AppError } from '../errors.ts'

const maxRunning = 2
const maxWaiting = 48
const retryAfterSeconds = 2

/** Runs expensive work in order of arrival, up to two at once; throws `unavailable` when 48 wait already. */
export class HashQueue {
  readonly #waiting: (() => void)[] = []
  #running = 0

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= maxRunning) {
      if (this.#waiting.length >= maxWaiting)
        throw new AppError('unavailable', 'Too many sign-ins right now: try again in a few seconds', {
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
