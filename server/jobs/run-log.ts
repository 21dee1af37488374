import type { Log } from '../log.ts'
import { toExcerpt } from '../redact.ts'

const kept = { first: 50, last: 150, characters: 1000 }

type Level = 'info' | 'warn' | 'error'
type Fields = Record<string, unknown>

/** The log of one run: each line goes to the log of the process, and the first 50 and last 150 are kept with the run. */
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
      typeof value === 'string' ? toExcerpt(value, kept.characters) : value,
    ])
    const line = { time: new Date(this.#now()).toISOString(), level, message, ...Object.fromEntries(texts) }
    if (this.#first.length < kept.first) this.#first.push(line)
    else if (this.#last.push(line) > kept.last) this.#last.shift()
  }
}
