import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { type App, startApp } from '../app.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Log } from '../log.ts'
import { stopOnSignal } from './signals.ts'
import type { MemberState } from './state.ts'
import { createTerminalLog } from './terminal.ts'

const minPauseMs = 100
const maxPauseMs = 10_000
const steadyAfterMs = 60_000

/** Tells a process its name and the port that it shares. */
const variable = 'CRYPTOFLOW_MEMBER'
type Identity = { name: string; sharedPort: number | null }

/** The message of a process that is ready. */
type Ready = { url: string; sharedUrl: string | null }

export const isMember = (): boolean => cluster.isWorker

/** Runs one process of a cluster. It ends with its supervisor, which alone handles Ctrl-C. */
export async function runMember(config: Config): Promise<void> {
  const { name, sharedPort }: Identity = JSON.parse(process.env[variable] ?? '')
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined)
  let app: App | undefined
  stopOnSignal(() => app, { extraSeconds: config.STOP_DELAY_SECONDS, signals: ['SIGTERM'], name })
  const log = createTerminalLog(config.LOG_LEVEL).child({ process: name })
  app = await startApp(config, { log, step: (_name, work) => work() }, sharedPort)
  const ready: Ready = { url: app.url, sharedUrl: app.sharedUrl }
  process.send?.(ready)
}

type MemberOptions = {
  environment: Record<string, string>
  sharedPort: number | null
  /** Time to stop gracefully. */
  stopMs: number
  log: Log
  /** Called when the state changed. */
  onChange: () => void
}

/** A process that is started again whenever it ends, with growing pauses while it keeps ending. */
export class Member {
  readonly name: string
  readonly #options: MemberOptions
  readonly #ending = new AbortController()
  #worker: Worker | undefined
  #ready: Ready | null = null
  /** Settled when the current process is ready. */
  #whenReady = Promise.withResolvers<void>()
  #restarts = 0
  #isRestarting = false
  #running: Promise<void> = Promise.resolve()

  constructor(name: string, options: MemberOptions) {
    this.name = name
    this.#options = options
  }

  get state(): MemberState {
    const pid = this.#worker?.process.pid ?? null
    return { name: this.name, pid, url: this.#ready?.url ?? null, restarts: this.#restarts }
  }

  /** The address that the process shares with others. Null: none, or not ready. */
  get sharedUrl(): string | null {
    return this.#ready?.sharedUrl ?? null
  }

  /** Starts the process and keeps it running. Throws when the process ends before it is ready. */
  async start(): Promise<void> {
    const ended = this.#launch()
    const fail = (reason: string) => {
      throw new AppError('unavailable', `The process ${this.name} did not start (${reason}).`)
    }
    await Promise.race([this.#whenReady.promise, ended.then(fail)])
    this.#running = this.#keepRunning(ended)
  }

  /** Stops the process gracefully and starts it again at once. Resolves when it is ready. */
  async restart(): Promise<void> {
    const { stopMs } = this.#options
    const worker = this.#worker
    this.#isRestarting = true
    this.#whenReady = Promise.withResolvers()
    worker?.process.kill('SIGTERM')
    const timer = setTimeout(() => worker?.process.kill('SIGKILL'), stopMs)
    const aborted = once(this.#ending.signal, 'abort')
    await Promise.race([this.#whenReady.promise, aborted])
    clearTimeout(timer)
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    this.#worker?.process.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), this.#options.stopMs)
    await this.#running
    clearTimeout(timer)
  }

  kill(): void {
    this.#ending.abort()
    this.#worker?.process.kill('SIGKILL')
  }

  /** Starts a process. Resolves with the reason when it has ended. */
  #launch(): Promise<string> {
    const { environment, sharedPort, onChange } = this.#options
    const identity: Identity = { name: this.name, sharedPort }
    const worker = cluster.fork({ ...environment, [variable]: JSON.stringify(identity) })
    this.#worker = worker
    worker.once('message', (ready: Ready) => {
      this.#ready = ready
      this.#whenReady.resolve()
      onChange()
    })
    return new Promise((resolve) => {
      worker.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
    })
  }

  async #keepRunning(first: Promise<string>): Promise<void> {
    const { log, onChange } = this.#options
    const { signal } = this.#ending
    let ended = first
    let waitMs = minPauseMs
    for (;;) {
      const since = Date.now()
      const reason = await ended
      this.#worker = undefined
      this.#ready = null
      if (signal.aborted) return
      this.#restarts += 1
      onChange()
      if (!this.#isRestarting) {
        if (Date.now() - since > steadyAfterMs) waitMs = minPauseMs
        log.warn({ process: this.name, reason, waitMs }, 'a process ended, starting it again')
        await pause(waitMs, undefined, { signal }).catch(() => undefined)
        waitMs = Math.min(2 * waitMs, maxPauseMs)
      }
      if (signal.aborted) return
      this.#isRestarting = false
      ended = this.#launch()
    }
  }
}
