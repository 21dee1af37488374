import type { JobId } from '../../contract/pipeline.ts'
import type { Db } from './db.ts'

/** The attempt of a job that waits after a failure. `chain`: the jobs that follow at startup run after it. */
export type Retry = { at: string; attempt: number; chain: boolean }

/**
 * Begins a run of a job: whatever retry waits gives way to it, so a job has one chain of retries. `nextRunAt` is the next
 * scheduled time; `due` is set for a retry, and names the time for which it was queued. Returns the retry that waited, or
 * null; undefined when `due` is not the time of the waiting one: that retry is void.
 */
export const takeTurn = (
  db: Db,
  { job, nextRunAt, due }: { job: JobId; nextRunAt: string; due: string | undefined },
): Promise<Retry | null | undefined> =>
  db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('pipeline_jobs')
      .select(['retry_at as at', 'retry_attempt as attempt', 'retry_chain as chain'])
      .where('job_id', '=', job)
      .forUpdate()
      .executeTakeFirst()
    if (due !== undefined && Date.parse(row?.at ?? '') !== Date.parse(due)) return undefined
    await tx
      .updateTable('pipeline_jobs')
      .set({ next_run_at: nextRunAt, retry_at: null, retry_attempt: null, retry_chain: null })
      .where('job_id', '=', job)
      .execute()
    return row === undefined || row.at === null || row.attempt === null
      ? null
      : { at: row.at, attempt: row.attempt, chain: row.chain === true }
  })

/** Remembers the retry that waits. */
export const setRetry = async (db: Db, job: JobId, { at, attempt, chain }: Retry): Promise<void> => {
  await db
    .updateTable('pipeline_jobs')
    .set({ retry_at: at, retry_attempt: attempt, retry_chain: chain })
    .where('job_id', '=', job)
    .execute()
}
