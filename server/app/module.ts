import type { Config } from '../config.ts'
import type { AttemptOptions } from '../jobs/attempt.ts'
import type { Log } from '../log.ts'
import type { Warehouse } from '../warehouse/open.ts'
import type { Upstreams } from './upstreams.ts'

/** A started part of the process. */
export type Module = { stop(): Promise<void> }

/** Runs a named step of the start, which a terminal can show. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Where a start reports: its log, its steps and the progress of long jobs. */
export type Terminal = { log: Log; step: Step; onProgress?: AttemptOptions['onProgress'] }

/** What the modules of a process share. */
export type AppContext = {
  config: Config
  log: Log
  warehouse: Warehouse
  upstreams: Upstreams
  /** Aborted as soon as a stop is requested. */
  stopping: AbortSignal
}
