import { sql } from 'kysely'
import type { Db } from './db.ts'

export type RunTrigger = 'schedule' | 'startup' | 'manual' | 'retry'
export type RunOutcome = {
  status: 'success' | 'failed' | 'skipped'
  read?: number
  written?: number
  rejected?: number
  error?: string
  details?: Record<string, unknown>
}

/** Opens the run of a job that starts now; returns its id. */
export async function insertRun(db: Db, run: { jobId: string; trigger: RunTrigger; attempt: number }): Promise<number> {
  const { id } = await db
    .insertInto('pipeline_runs')
    .values({ job_id: run.jobId, trigger: run.trigger, attempt: run.attempt })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Closes a run with what came of it. */
export async function finishRun(db: Db, id: number, outcome: RunOutcome): Promise<void> {
  await db
    .updateTable('pipeline_runs')
    .set({
      status: outcome.status,
      end_time: sql<string>`now()`,
      records_read: outcome.read ?? null,
      records_processed: outcome.written ?? null,
      records_rejected: outcome.rejected ?? null,
      error: outcome.error ?? null,
      details: JSON.stringify(outcome.details ?? {}),
    })
    .where('id', '=', id)
    .execute()
}

/** Closes the runs of a job whose process died; returns how many. Call only while holding the job's lock. */
export async function abandonRuns(db: Db, jobId: string): Promise<number> {
  const result = await db
    .updateTable('pipeline_runs')
    .set({ status: 'abandoned', end_time: sql<string>`now()`, error: 'the process that ran it ended' })
    .where('job_id', '=', jobId)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

export type RunSummary = {
  last_success_at: string | null
  status: string
  error: string | null
  next_attempt_at: string | null
}

/** How the newest finished run of a job ended, and when the job last succeeded; undefined before the first end. */
export const findLastRun = (db: Db, jobId: string): Promise<RunSummary | undefined> =>
  db
    .selectFrom('pipeline_runs as r')
    .select((eb) => [
      'r.status',
      'r.error',
      sql<string | null>`r.details ->> 'next_attempt_at'`.as('next_attempt_at'),
      eb
        .selectFrom('pipeline_runs as s')
        .select('s.end_time')
        .where('s.job_id', '=', jobId)
        .where('s.status', '=', 'success')
        .orderBy('s.start_time', 'desc')
        .limit(1)
        .as('last_success_at'),
    ])
    .where('r.job_id', '=', jobId)
    .where('r.status', 'in', ['success', 'failed'])
    .orderBy('r.start_time', 'desc')
    .limit(1)
    .executeTakeFirst()
