import type pg from 'pg'
import type { RunTrigger } from '../../contract/pipeline.ts'
import type { Clock } from '../clock.ts'
import type { HistorySource, SnapshotSource } from '../sources/source.ts'
import type { Db } from '../warehouse/db.ts'
import type { RunLog } from './run-log.ts'

/** What a job may use. */
export type JobDeps = {
  db: Db
  pool: pg.Pool
  market: SnapshotSource & HistorySource
  clock: Clock
  trackedCoins: number
  /** Facts older than so many days may go once their candles exist; 0: everything is kept. */
  retainRawDays: number
  /** How many of the largest coins are correlated with each other. */
  correlationCoins: number
  /** What a year brings without risk, a fraction. */
  riskFreeRate: number
}

/** How far a run is: rows read = written + rejected. */
export type JobProgress = { read: number; written: number; rejected: number; details?: Record<string, unknown> }

export type JobReport = JobProgress & {
  /** Why there was nothing to do, when there was nothing to do. */
  idle?: string
  /** The job that follows in the schedule has new work. */
  leads?: boolean
}

export type JobRun = {
  id: number
  /** Why it runs. */
  trigger: RunTrigger
  /** Aborted when the run is to end: cancelled, out of time, or the process stops. Minded between two writes. */
  signal: AbortSignal
  /** When a long job should end by itself and leave the rest to the next run, in ms since 1970. */
  softDeadline: number
  /** Everything from the beginning, where the job knows a difference. */
  full: boolean
  log: RunLog
  /** Tells how far the run is; kept when it fails. */
  report(progress: JobProgress): void
}

/** Brings the warehouse up to date from what it lacks; safe to repeat. Writes by `writeInRun` only. */
export type Job = (deps: JobDeps, run: JobRun) => Promise<JobReport>
