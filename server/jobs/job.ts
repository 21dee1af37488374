import type pg from 'pg'
import type { Clock } from '../clock.ts'
import type { SnapshotSource } from '../sources/source.ts'
import type { Db } from '../warehouse/db.ts'

/** What a job may use. */
export type JobDeps = {
  db: Db
  pool: pg.Pool
  market: SnapshotSource
  clock: Clock
  trackedCoins: number
}

/** What a run brought: rows read = written + rejected. */
type JobReport = {
  read: number
  written: number
  rejected: number
  details?: Record<string, unknown>
}

/** Brings the warehouse up to date from what it lacks; safe to repeat. Stops when `signal` is aborted. */
export type Job = (deps: JobDeps, run: { id: number; signal: AbortSignal }) => Promise<JobReport>
