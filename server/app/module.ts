import type { Config } from '../config.ts'
import type { AttemptOptions } from '../jobs/attempt.ts'
import type { Log } from '../log.ts'
import type { Warehouse } from '../warehouse/open.ts'
import type { Upstreams } from './upstreams.ts'

/** A running module of the process. */
export type Module = { stop(): Promise<void> }

/** Runs a named step of the startup. A terminal can show it. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Output of the startup: log, steps and the progress of long jobs. */
export type Terminal = { log: Log; step: Step; onProgress?: AttemptOptions['onProgress'] }

/** The context that all modules of a process share. */
export type AppContext = {
  config: Config
  log: Log
  warehouse: Warehouse
  upstreams: Upstreams
  /** Aborted as soon as a stop is requested. */
  stopping: AbortSignal
}
