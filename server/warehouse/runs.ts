import { sql } from 'kysely'
import type pg from 'pg'
import type { RunTrigger } from '../../contract/pipeline.ts'
import { AppError } from '../errors.ts'
import { toStorableJson, toStorableText } from '../text.ts'
import { type Db, inTransaction } from './db.ts'

const lostAfterSeconds = 12

/** How a run ended, or stands. Rows read = written + rejected. */
export type RunOutcome = {
  status: 'success' | 'failed' | 'skipped' | 'cancelled'
  read?: number
  written?: number
  rejected?: number
  error?: string
  details?: Record<string, unknown>
}

export type RunProgress = Omit<RunOutcome, 'status' | 'error'> & { log?: object[] }

type NewRun = { jobId: string; trigger: RunTrigger; attempt: number; queueId?: string | null }

/** Locks what it selects against `holdRun`, and leaves alone what a transaction holds right now. */
const running = (condition: ReturnType<typeof sql>, locking: 'for update' | 'for update skip locked') =>
  sql`select id from pipeline_runs where status = 'running' and ${condition} ${sql.raw(locking)}`

/** Holds of a run `r` that is running and whose worker gave a sign of life within 12 s. */
export const isInProgress = sql<boolean>`r.status = 'running'
  and r.heartbeat_at >= now() - make_interval(secs => ${lostAfterSeconds})`

const abandon = async (db: Db, condition: ReturnType<typeof sql>): Promise<number> => {
  const result = await sql`update pipeline_runs set status = 'abandoned', end_time = now(),
      error = 'its worker gave no sign of life: it died, or was cut off from the database'
    where id in (${running(condition, 'for update skip locked')})`.execute(db)
  return Number(result.numAffectedRows ?? 0)
}

/** Closes the runs whose worker gave no sign of life for 12 s; returns how many. */
export const abandonLostRuns = (db: Db): Promise<number> =>
  abandon(db, sql`heartbeat_at < now() - make_interval(secs => ${lostAfterSeconds})`)

/**
 * Opens the run of a job that starts now, and with it takes the job: one run of a job at a time, over all workers.
 * An earlier attempt of the same queued job is closed first, since whoever made it has lost it. Returns the id, and in
 * `busy` the run that has the job when there is one: then this one is recorded as skipped.
 */
export const claimRun = (db: Db, run: NewRun): Promise<{ id: number; busy: number | null }> =>
  db.transaction().execute(async (tx) => {
    const queue_id = run.queueId ?? null
    await abandon(
      tx,
      sql`job_id = ${run.jobId}
        and (queue_id = ${queue_id}::uuid or heartbeat_at < now() - make_interval(secs => ${lostAfterSeconds}))`,
    )
    const values = { job_id: run.jobId, trigger: run.trigger, attempt: run.attempt, queue_id }
    const claimed = await tx
      .insertInto('pipeline_runs')
      .values(values)
      .onConflict((conflict) => conflict.column('job_id').where('status', '=', 'running').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (claimed !== undefined) return { id: claimed.id, busy: null }
    const holder = await tx
      .selectFrom('pipeline_runs')
      .select('id')
      .where('job_id', '=', run.jobId)
      .where('status', '=', 'running')
      .executeTakeFirst()
    const reason = `run ${holder?.id ?? ''} of this job was still in progress`
    const { id } = await tx
      .insertInto('pipeline_runs')
      .values({ ...values, status: 'skipped', end_time: sql<string>`now()`, details: JSON.stringify({ reason }) })
      .returning('id')
      .executeTakeFirstOrThrow()
    return { id, busy: holder?.id ?? id }
  })

/**
 * Does `work` in one transaction that commits only while the run is still running: one that was cancelled, or whose
 * worker was given up and woke late, writes nothing more. Throws `conflict` then.
 */
export const writeInRun = <T>(
  pool: pg.Pool,
  runId: number,
  work: (tx: Db, client: pg.PoolClient) => Promise<T>,
): Promise<T> =>
  inTransaction(pool, work, {
    statement: `select from pipeline_runs where id = ${runId.toFixed()} and status = 'running' for key share`,
    refuse: () => new AppError('conflict', `Run ${runId} was cancelled or given up: it writes nothing more`),
  })

const toColumns = ({ read, written, rejected, details, log }: RunProgress) => ({
  ...(read === undefined ? {} : { records_read: read }),
  ...(written === undefined ? {} : { records_processed: written }),
  ...(rejected === undefined ? {} : { records_rejected: rejected }),
  ...(details === undefined ? {} : { details: toStorableJson(JSON.stringify(details)) }),
  ...(log === undefined ? {} : { log: toStorableJson(JSON.stringify(log)) }),
})

/** A sign of life with how far the run is; false when the run is no longer running. */
export async function beatRun(db: Db, id: number, progress: RunProgress): Promise<boolean> {
  const result = await db
    .updateTable('pipeline_runs')
    .set({ heartbeat_at: sql<string>`now()`, ...toColumns(progress) })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return Number(result.numUpdatedRows) === 1
}

/** Closes a run with what came of it; false when somebody else has closed it before. */
export async function finishRun(db: Db, id: number, outcome: RunOutcome & { log?: object[] }): Promise<boolean> {
  const result = await db
    .updateTable('pipeline_runs')
    .set({
      status: outcome.status,
      end_time: sql<string>`now()`,
      error: outcome.error === undefined ? null : toStorableText(outcome.error),
      ...toColumns(outcome),
    })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return Number(result.numUpdatedRows) === 1
}

/**
 * Cancels a run: it waits for the transaction in which the run writes, if any, and no later one commits. Returns the
 * job; undefined when no such run is in progress.
 */
export const cancelRun = (db: Db, id: number): Promise<string | undefined> =>
  db.transaction().execute(async (tx) => {
    const result = await sql<{ job_id: string }>`update pipeline_runs set status = 'cancelled', end_time = now(),
        error = 'cancelled on request'
      where id in (${running(sql`id = ${id}`, 'for update')}) returning job_id`.execute(tx)
    return result.rows[0]?.job_id
  })

/** The run of a job that is in progress; undefined when none is. */
export const findRunningRun = async (db: Db, jobId: string): Promise<number | undefined> =>
  (
    await db
      .selectFrom('pipeline_runs')
      .select('id')
      .where('job_id', '=', jobId)
      .where('status', '=', 'running')
      .executeTakeFirst()
  )?.id
