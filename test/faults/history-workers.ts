import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { TestDatabase } from '../database.ts'
import { waitFor } from '../wait.ts'
import type { Call, Fuse, Line } from './history-calls.ts'

const script = fileURLToPath(new URL('./history-child.ts', import.meta.url))

/** A call with its order among all calls and answers. Without an answer its worker was killed. */
export type Entry = { id: number; call: Call; answer: unknown; from: number; until: number }

/** All calls of all workers, recorded by the process that survives them. */
export class History {
  readonly entries: Entry[] = []
  /** Errors that no call may cause. */
  readonly errors: string[] = []
  readonly #jobs = new Set<Entry>()
  #time = 0

  /** The number of jobs in progress. */
  countJobs(): number {
    return this.#jobs.size
  }

  begin(call: Call): Entry {
    this.#time += 1
    const entry = { id: this.entries.length, call, answer: undefined, from: this.#time, until: Number.NaN }
    this.entries.push(entry)
    if (call.name === 'job') this.#jobs.add(entry)
    return entry
  }

  /** Undefined `answer`: the worker is gone, and so is everything that it asked of the database. */
  end(entry: Entry, answer?: unknown): void {
    this.#time += 1
    entry.until = this.#time
    this.#jobs.delete(entry)
    entry.answer = answer
  }
}

/** A process that performs calls until it is killed. */
export class Worker {
  /** Resolves when the process has died and its answers are recorded. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #history: History
  readonly #fuse: Fuse
  readonly #waiting = new Map<number, { entry: Entry; resolve: (entry: Entry) => void }>()
  readonly #backends: number[] = []
  #answers = 0

  constructor(database: TestDatabase, history: History, fuse: Fuse) {
    this.#history = history
    this.#fuse = fuse
    const args = [script, JSON.stringify(database.connection), JSON.stringify(fuse)]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child = child
    child.stdin.on('error', () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(JSON.parse(line)))
    this.ended = this.#end(database)
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves with the call's entry once it has an answer, or once its worker is gone. */
  perform(entry: Entry): Promise<Entry> {
    return new Promise((resolve) => {
      this.#waiting.set(entry.id, { entry, resolve })
      this.#child.stdin?.write(`${JSON.stringify({ id: entry.id, call: entry.call })}\n`)
    })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #take(line: Line): void {
    if ('backend' in line) {
      this.#backends.push(line.backend)
      return
    }
    const { entry, resolve } = this.#waiting.get(line.id) ?? {}
    if (entry === undefined) throw new Error(`call ${line.id} has two answers`)
    this.#waiting.delete(line.id)
    if ('error' in line) this.#history.errors.push(`${JSON.stringify(entry.call)}: ${line.error}`)
    this.#history.end(entry, 'error' in line ? { error: line.error } : line.answer)
    this.#answers += 1
    if (this.#fuse.at === 'outside' && this.#answers === this.#fuse.statements) this.kill()
    resolve?.(entry)
  }

  async #end({ pool }: TestDatabase): Promise<void> {
    const [code, signal] = await once(this.#child, 'close')
    if (signal !== 'SIGKILL') this.#history.errors.push(`a worker ended with code ${code}`)
    const isGone = async () =>
      (await pool.query('select from pg_stat_activity where pid = any($1)', [this.#backends])).rowCount === 0
    await waitFor(isGone, 'the end of its sessions in the database')
    for (const { entry, resolve } of this.#waiting.values()) {
      this.#history.end(entry)
      resolve(entry)
    }
    this.#waiting.clear()
  }
}
