import { sql } from 'kysely'
import type { BackfillRequest } from '../../contract/pipeline.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'
import { getSqlState } from './failures.ts'

const maxQueued = 100
const maxListed = 50

/** A requested range of UTC days, both included. */
export type BackfillRange = { coin_id: number; from: string; to: string }

/** A queued request with the CoinGecko id of its coin. */
export type QueuedBackfill = BackfillRange & { id: number; coingecko_id: string }

/** Stores and returns a request. Throws `conflict` when the same one is queued or too many are. */
export async function insertBackfillRequest(db: Db, { coin_id, from, to }: BackfillRange): Promise<BackfillRequest> {
  const { rows } = await sql<{ queued: number }>`
    select count(*)::int as queued from backfill_requests where status = 'queued'`.execute(db)
  if ((rows[0]?.queued ?? 0) >= maxQueued)
    throw new AppError('conflict', `${maxQueued} backfills are queued. Wait until some are done.`)
  try {
    const { id } = await db
      .insertInto('backfill_requests')
      .values({ coin_id, first_date: from, last_date: to })
      .returning('id')
      .executeTakeFirstOrThrow()
    return (await selectRequests(db, sql`b.id = ${id}`))[0] as BackfillRequest
  } catch (error) {
    if (getSqlState(error) !== '23505') throw error
    throw new AppError('conflict', 'The same backfill is already queued. Its run starts it.')
  }
}

/** Deletes a request that no run can start. */
export const deleteBackfillRequest = async (db: Db, id: number): Promise<void> => {
  await db.deleteFrom('backfill_requests').where('id', '=', id).where('status', '=', 'queued').execute()
}

const requests = sql`backfill_requests b join dim_coin c on c.id = b.coin_id`

/** The queued requests, oldest first. */
export async function listQueuedBackfills(db: Db): Promise<QueuedBackfill[]> {
  const { rows } = await sql<QueuedBackfill>`
    select b.id, b.coin_id, c.coingecko_id, b.first_date as from, b.last_date as to
    from ${requests} where b.status = 'queued' order by b.id`.execute(db)
  return rows
}

const selectRequests = async (db: Db, condition: ReturnType<typeof sql>): Promise<BackfillRequest[]> =>
  (
    await sql<BackfillRequest>`
      select b.id, b.coin_id, c.coingecko_id, c.name, b.first_date as from, b.last_date as to, b.requested_at, b.status,
        b.ended_at, b.run_id, b.points_written, b.points_held, b.error
      from ${requests} where ${condition} order by b.id desc limit ${maxListed}`.execute(db)
  ).rows

/** The newest requests, newest first. */
export const listBackfillRequests = (db: Db): Promise<BackfillRequest[]> => selectRequests(db, sql`true`)

/** How a request ended. `error`: why the source has no such history; null: done. */
export type BackfillEnd = { runId: number; written: number; held: number; error: string | null }

export async function endBackfill(db: Db, id: number, { runId, written, held, error }: BackfillEnd): Promise<void> {
  await sql`update backfill_requests set status = ${error === null ? 'done' : 'failed'}, ended_at = now(),
      run_id = ${runId}, points_written = ${written}, points_held = ${held}, error = ${error}
    where id = ${id} and status = 'queued'`.execute(db)
}
