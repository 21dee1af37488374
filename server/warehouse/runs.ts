import { sql } from 'kysely'
import type pg from 'pg'
import type { RunRequest, RunTrigger } from '../../contract/pipeline.ts'
import { AppError } from '../errors.ts'
import { toStorableJson, toStorableText } from '../text.ts'
import { type Db, inTransaction } from './db.ts'

const lostAfterSeconds = 12

/** How a run ended. Rows read = written + rejected. */
export type RunOutcome = {
  status: 'success' | 'failed' | 'skipped' | 'cancelled'
  read?: number
  written?: number
  rejected?: number
  error?: string
  /** When the failed run is retried. */
  retryAt?: Date
  details?: Record<string, unknown>
}

type RunRecords = { log?: object[]; requests?: RunRequest[] }

export type RunProgress = Omit<RunOutcome, 'status' | 'error' | 'retryAt'> & RunRecords

type NewRun = {
  jobId: string
  trigger: RunTrigger
  attempt: number
  queueId?: string | null
  retryOf?: number | null
}

/** Running runs, locked against `writeInRun`. */
const running = (condition: ReturnType<typeof sql>, locking: 'for update' | 'for update skip locked') =>
  sql`select id from pipeline_runs where status = 'running' and ${condition} ${sql.raw(locking)}`

/** The condition that run `r` is running and its worker sent a heartbeat within 12 s. */
export const isInProgress = sql<boolean>`r.status = 'running'
  and r.heartbeat_at >= now() - make_interval(secs => ${lostAfterSeconds})`

const abandon = async (db: Db, condition: ReturnType<typeof sql>): Promise<number> => {
  const result = await sql`update pipeline_runs set status = 'abandoned', end_time = now(),
      error = 'the worker sent no heartbeat: it died or lost its database connection'
    where id in (${running(condition, 'for update skip locked')})`.execute(db)
  return Number(result.numAffectedRows ?? 0)
}

/** Closes the runs whose worker sent no heartbeat for 12 s; returns how many. */
export const abandonLostRuns = (db: Db): Promise<number> =>
  abandon(db, sql`heartbeat_at < now() - make_interval(secs => ${lostAfterSeconds})`)

/** The newest run of a queued job, which a redelivery of that job repeats. */
async function findAttempt(db: Db, queueId: string): Promise<number | null> {
  const run = await db
    .selectFrom('pipeline_runs')
    .select('id')
    .where('queue_id', '=', queueId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return run?.id ?? null
}

/**
 * Records the start of a run. Only one run of a job is in progress at a time over all workers: `busy` is the id of the
 * other run, and the new one is recorded as skipped. Abandons an earlier attempt of the same queued job first.
 */
export const claimRun = (db: Db, run: NewRun): Promise<{ id: number; busy: number | null }> =>
  db.transaction().execute(async (tx) => {
    const queue_id = run.queueId ?? null
    await abandon(
      tx,
      sql`job_id = ${run.jobId}
        and (queue_id = ${queue_id}::uuid or heartbeat_at < now() - make_interval(secs => ${lostAfterSeconds}))`,
    )
    const retry_of = run.retryOf ?? (queue_id === null ? null : await findAttempt(tx, queue_id))
    const values = { job_id: run.jobId, trigger: run.trigger, attempt: run.attempt, queue_id, retry_of }
    const claimed = await tx
      .insertInto('pipeline_runs')
      .values(values)
      .onConflict((conflict) => conflict.column('job_id').where('status', '=', 'running').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (claimed !== undefined) return { id: claimed.id, busy: null }
    const other = await tx
      .selectFrom('pipeline_runs')
      .select('id')
      .where('job_id', '=', run.jobId)
      .where('status', '=', 'running')
      .executeTakeFirst()
    const reason = `run ${other?.id ?? ''} of this job was in progress`
    const { id } = await tx
      .insertInto('pipeline_runs')
      .values({ ...values, status: 'skipped', end_time: sql<string>`now()`, details: JSON.stringify({ reason }) })
      .returning('id')
      .executeTakeFirstOrThrow()
    return { id, busy: other?.id ?? id }
  })

/**
 * Does `work` in one transaction that commits only while the run is `running`. Throws `conflict` when it was cancelled or
 * abandoned.
 */
export const writeInRun = <T>(
  pool: pg.Pool,
  runId: number,
  work: (tx: Db, client: pg.PoolClient) => Promise<T>,
): Promise<T> =>
  inTransaction(pool, async (tx, client) => {
    const run = await tx
      .selectFrom('pipeline_runs')
      .select('id')
      .where('id', '=', runId)
      .where('status', '=', 'running')
      .forKeyShare()
      .executeTakeFirst()
    if (run === undefined)
      throw new AppError('conflict', `Run ${runId} was cancelled or abandoned. Nothing more was written.`)
    return work(tx, client)
  })

const toColumns = ({ read, written, rejected, details, log, requests }: RunProgress) => ({
  ...(read === undefined ? {} : { records_read: read }),
  ...(written === undefined ? {} : { records_processed: written }),
  ...(rejected === undefined ? {} : { records_rejected: rejected }),
  ...(details === undefined ? {} : { details: toStorableJson(JSON.stringify(details)) }),
  ...(log === undefined ? {} : { log: toStorableJson(JSON.stringify(log)) }),
  ...(requests === undefined ? {} : { requests: toStorableJson(JSON.stringify(requests)) }),
})

/** Stores a heartbeat and the progress of a run; false when the run is no longer running. */
export async function recordHeartbeat(db: Db, id: number, progress: RunProgress): Promise<boolean> {
  const result = await db
    .updateTable('pipeline_runs')
    .set({ heartbeat_at: sql<string>`now()`, ...toColumns(progress) })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return Number(result.numUpdatedRows) === 1
}

/** Stores how a run ended; false when it is no longer running. */
export async function finishRun(db: Db, id: number, outcome: RunOutcome & RunRecords): Promise<boolean> {
  const result = await db
    .updateTable('pipeline_runs')
    .set({
      status: outcome.status,
      end_time: sql<string>`now()`,
      error: outcome.error === undefined ? null : toStorableText(outcome.error),
      retry_at: outcome.retryAt?.toISOString() ?? null,
      ...toColumns(outcome),
    })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return Number(result.numUpdatedRows) === 1
}

/**
 * Cancels a run: waits for its open transaction, after which no other commits. Returns the job; undefined when the run is
 * not in progress.
 */
export const cancelRun = async (db: Db, id: number): Promise<string | undefined> => {
  const { rows } = await sql<{ job_id: string }>`update pipeline_runs set status = 'cancelled', end_time = now(),
      error = 'cancelled on request'
    where id in (${running(sql`id = ${id}`, 'for update')}) returning job_id`.execute(db)
  return rows[0]?.job_id
}

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

/** Whether the newest successful ingest published the snapshot of `tick`, of `asked` coins. */
export async function hasIngested(db: Db, { tick, asked }: { tick: Date; asked: number }): Promise<boolean> {
  const { rows } = await sql<{ tick: string | null; asked: number | null }>`
    select details ->> 'tick' as tick, (details ->> 'asked')::int as asked from pipeline_runs
    where job_id = 'ingest_market_data' and status = 'success' order by start_time desc limit 1`.execute(db)
  return rows[0]?.tick === tick.toISOString() && rows[0].asked === asked
}
