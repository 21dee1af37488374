import type { JobId } from '../../contract/pipeline.ts'
import type { Db } from './db.ts'

/**
 * A pending retry of a job. `chain`: it belongs to a startup chain, so the triggered jobs run after it; `of`: the failed
 * run.
 */
export type Retry = { at: string; attempt: number; chain: boolean; of: number | null }

type Start = { job: JobId; nextRunAt: string; due: string | undefined; manual?: boolean }

/** Why a run must not start: another run has replaced this retry, or the job is paused and the run not manual. */
type Refusal = 'replaced' | 'paused'

/**
 * Removes and returns the pending retry of a job whose run starts, so a job has one chain of retries; null when none is
 * pending. `nextRunAt`: the next scheduled time. `due`: the time of the retry that starts.
 */
export const claimRetry = (
  db: Db,
  { job, nextRunAt, due, manual = false }: Start,
): Promise<{ retry: Retry | null } | Refusal> =>
  db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('pipeline_jobs')
      .select(['retry_at as at', 'retry_attempt as attempt', 'retry_chain as chain', 'retry_of as of', 'paused_at'])
      .where('job_id', '=', job)
      .forUpdate()
      .executeTakeFirst()
    if (due !== undefined && Date.parse(row?.at ?? '') !== Date.parse(due)) return 'replaced'
    await tx
      .updateTable('pipeline_jobs')
      .set({ next_run_at: nextRunAt, retry_at: null, retry_attempt: null, retry_chain: null, retry_of: null })
      .where('job_id', '=', job)
      .execute()
    if (row === undefined) return { retry: null }
    const { at, attempt, chain, of, paused_at } = row
    if (paused_at !== null && !manual) return 'paused'
    return { retry: at === null || attempt === null ? null : { at, attempt, chain: chain === true, of } }
  })

/** Stores the pending retry of a job. */
export const setRetry = async (db: Db, job: JobId, { at, attempt, chain, of }: Retry): Promise<void> => {
  await db
    .updateTable('pipeline_jobs')
    .set({ retry_at: at, retry_attempt: attempt, retry_chain: chain, retry_of: of })
    .where('job_id', '=', job)
    .execute()
}
