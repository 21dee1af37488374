import type { Log } from '../log.ts'
import { toExcerpt } from '../redact.ts'

const limits = { first: 50, last: 150, characters: 1000 }

type Level = 'info' | 'warn' | 'error'
type Fields = Record<string, unknown>

/** The log of one run. Lines go to the process log too; the first 50 and the last 150 are stored with the run. */
export class RunLog {
  readonly #log: Log
  readonly #now: () => number
  readonly #first: object[] = []
  readonly #last: object[] = []

  constructor(log: Log, now: () => number) {
    this.#log = log
    this.#now = now
  }

  get lines(): object[] {
    return [...this.#first, ...this.#last]
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
    const line = { time: new Date(this.#now()).toISOString(), level, message, ...Object.fromEntries(texts) }
    if (this.#first.length < limits.first) this.#first.push(line)
    else if (this.#last.push(line) > limits.last) this.#last.shift()
  }
}
