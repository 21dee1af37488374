import { AppError } from '../errors.ts'

const atOnce = 2
const mayWait = 48
const retryAfterSeconds = 2

/** Runs costly work, at most two at once, in the order in which it came; `unavailable` for what finds the queue full. */
export class HashQueue {
  readonly #waiting: (() => void)[] = []
  #running = 0

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= mayWait)
        throw new AppError('unavailable', 'Too many sign-ins at this moment: try again in a few seconds', {
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
