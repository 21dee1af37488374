import type { RunRequest } from '../../contract/pipeline.ts'
import type { Log } from '../log.ts'
import { toExcerpt } from '../redact.ts'
import type { SourceRequest } from '../source-requests.ts'

const limits = { first: 50, last: 150, characters: 1000 }

type Level = 'info' | 'warn' | 'error'
type Fields = Record<string, unknown>

/** Keeps the first 50 and the last 150 items. */
class Excerpt<T> {
  readonly #first: T[] = []
  readonly #last: T[] = []

  get items(): T[] {
    return [...this.#first, ...this.#last]
  }

  add(item: T): void {
    if (this.#first.length < limits.first) this.#first.push(item)
    else if (this.#last.push(item) > limits.last) this.#last.shift()
  }
}

/** The log of one run. Lines go to the process log too; the first 50 and the last 150 are stored with the run. */
export class RunLog {
  readonly #log: Log
  readonly #now: () => number
  readonly #lines = new Excerpt<object>()

  constructor(log: Log, now: () => number) {
    this.#log = log
    this.#now = now
  }

  get lines(): object[] {
    return this.#lines.items
  }

  info(fields: Fields, message: string): void {
    this.#write('info', fields, message)
  }

  warn(fields: Fields, message: string): void {
    this.#write('warn', fields, message)
  }

  error(fields: Fields, message: string): void {
    this.#write('error', fields, message)
  }

  #write(level: Level, fields: Fields, message: string): void {
    this.#log[level](fields, message)
    const texts = Object.entries(fields).map(([name, value]): [string, unknown] => [
      name,
      typeof value === 'string' ? toExcerpt(value, limits.characters) : value,
    ])
    this.#lines.add({ time: new Date(this.#now()).toISOString(), level, message, ...Object.fromEntries(texts) })
  }
}

/** The source requests of one run. A request counts as a retry while all earlier ones of its URL failed. */
export class RequestLog {
  readonly #requests = new Excerpt<RunRequest>()
  readonly #failures = new Map<string, number>()
  #count = 0

  get requests(): RunRequest[] {
    return this.#requests.items
  }

  readonly add = ({ at, endpoint, key, status, ms, waitedMs, error }: SourceRequest): void => {
    const retries = this.#failures.get(key) ?? 0
    if (error === null) this.#failures.delete(key)
    else this.#failures.set(key, retries + 1)
    this.#count += 1
    this.#requests.add({
      number: this.#count,
      at: new Date(at).toISOString(),
      endpoint,
      status,
      ms: Math.round(ms),
      waited_ms: Math.round(waitedMs),
      retries,
      error: error === null ? null : toExcerpt(error, limits.characters),
    })
  }
}
