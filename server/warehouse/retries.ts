import type { JobId } from '../../contract/pipeline.ts'
import type { Db } from './db.ts'

/** A pending retry of a job. `chain`: it belongs to a startup chain, so the triggered jobs run after it. */
export type Retry = { at: string; attempt: number; chain: boolean }

/**
 * Removes and returns the pending retry of a job whose run starts, so a job has one chain of retries; null when none is
 * pending. `nextRunAt`: the next scheduled time. `due`: the time of the retry that starts; undefined is returned when
 * another run has replaced that retry.
 */
export const claimRetry = (
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

/** Stores the pending retry of a job. */
export const setRetry = async (db: Db, job: JobId, { at, attempt, chain }: Retry): Promise<void> => {
  await db
    .updateTable('pipeline_jobs')
    .set({ retry_at: at, retry_attempt: attempt, retry_chain: chain })
    .where('job_id', '=', job)
    .execute()
}
