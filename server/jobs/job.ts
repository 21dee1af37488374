import type pg from 'pg'
import type { RunTrigger } from '../../contract/pipeline.ts'
import type { Clock } from '../clock.ts'
import type { ImageSource } from '../sources/coin-images.ts'
import type { CandleSource } from '../sources/exchange-candles.ts'
import type { HistorySource, RateSource, SnapshotSource } from '../sources/source.ts'
import type { Db } from '../warehouse/db.ts'
import type { HistoryBounds } from './history-gaps.ts'
import type { RunLog } from './run-log.ts'

/** The dependencies and settings of a job. */
export type JobDeps = {
  db: Db
  pool: pg.Pool
  market: SnapshotSource & HistorySource & RateSource
  images: ImageSource
  /** Exchanges with candles, the preferred one first. */
  candles: readonly CandleSource[]
  clock: Clock
  trackedCoins: number
  /** Days after which raw facts with candles are dropped; 0: never. */
  retainRawDays: number
  history: HistoryBounds
  /** How many of the largest coins get pairwise correlations. */
  correlationCoins: number
  /** Risk-free rate per year, a fraction. */
  riskFreeRate: number
}

/** Rows read = written + rejected. */
export type JobProgress = { read: number; written: number; rejected: number; details?: Record<string, unknown> }

export type JobReport = JobProgress & {
  /** Why there was nothing to do; absent: there was. */
  idle?: string
  /** The job that this one triggers has new work. */
  hasNewWork?: boolean
}

export type JobRun = {
  id: number
  trigger: RunTrigger
  /** Aborted when the run is cancelled or times out, or the process stops. Jobs check it between writes. */
  signal: AbortSignal
  /** When a long job should stop and leave the rest to the next run, in ms since 1970. */
  softDeadline: number
  /** Rebuild everything, for jobs that work incrementally. */
  full: boolean
  log: RunLog
  /** Reports progress; also stored when the run fails. */
  report(progress: JobProgress): void
  /** Queues the job that this one triggers, while this run goes on. */
  announceWork(): void
}

/** Adds what the warehouse lacks; safe to repeat. Writes by `writeInRun` only. */
export type Job = (deps: JobDeps, run: JobRun) => Promise<JobReport>
