const sliceMs = 4

/**
 * Runs tasks in order, up to 4 ms at a time, and lets the event loop handle other work in between.
 */
export class TaskQueue {
  readonly #now: () => number
  #waiting: (() => void)[] = []
  #next = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  add(task: () => void): void {
    this.#waiting.push(task)
    if (this.#waiting.length === 1) setImmediate(() => this.#run())
  }

  #run(): void {
    const until = this.#now() + sliceMs
    do {
      this.#waiting[this.#next]?.()
      this.#next += 1
    } while (this.#next < this.#waiting.length && this.#now() < until)
    this.#waiting.splice(0, this.#next)
    this.#next = 0
    if (this.#waiting.length > 0) setImmediate(() => this.#run())
  }
}
