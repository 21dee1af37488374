import { sql } from 'kysely'
import type { Delivery, DeliveryList, DeliveryLog, DeliveryQuery } from '../../contract/notifications.ts'
import { toPage } from '../../contract/queries.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'
import type { SealedChannel } from './notification-channels.ts'

/** An attempt that is due: its number counts from 1. */
export type DueAttempt = { deliveryId: number; attempt: number; userId: number }

/** What an attempt delivers, and where to. */
export type DeliveryTask = {
  notification: { id: number; user_id: number; key: string; title: string; text: string; path: string; at: string }
  channel: SealedChannel
}

/** How an attempt ended. `error` null: delivered. `retryMs` null: no further attempt. */
export type AttemptResult = {
  durationMs: number
  statusCode: number | null
  error: string | null
  retryMs: number | null
}

/**
 * Takes due deliveries for `leaseSeconds`. Whoever takes them queues their attempts. When that fails, they are due again
 * after the lease.
 */
export async function takeDueDeliveries(
  db: Db,
  { limit, leaseSeconds }: { limit: number; leaseSeconds: number },
): Promise<DueAttempt[]> {
  const { rows } = await sql<DueAttempt>`with due as (
      select d.id from notification_delivery d
      where d.state = 'pending' and d.next_attempt_at <= now() order by d.next_attempt_at limit ${limit}::int
      for update skip locked)
    update notification_delivery d set next_attempt_at = now() + make_interval(secs => ${leaseSeconds}::int)
    from due, notification n where d.id = due.id and n.id = d.notification_id
    returning d.id as "deliveryId", d.attempts + 1 as attempt, n.user_id as "userId"`.execute(db)
  return rows
}

/** What an attempt delivers. Undefined: it was made already, or the notification or its channel is gone. */
export async function findTask(db: Db, { deliveryId, attempt }: DueAttempt): Promise<DeliveryTask | undefined> {
  const row = await db
    .selectFrom('notification_delivery as d')
    .innerJoin('notification as n', 'n.id', 'd.notification_id')
    .innerJoin('notification_channel as c', 'c.id', 'd.channel_id')
    .select(['n.id as notification_id', 'n.user_id', 'n.key', 'n.title', 'n.text', 'n.path', 'n.at'])
    .select(['c.id as channel_id', 'c.kind', 'c.name', 'c.target', 'c.is_active', 'c.sealed'])
    .where('d.id', '=', deliveryId)
    .where('d.state', '=', 'pending')
    .where('d.attempts', '=', attempt - 1)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { notification_id, user_id, key, title, text, path, at, channel_id, ...channel } = row
  return {
    notification: { id: notification_id, user_id, key, title, text, path, at },
    channel: { ...channel, id: channel_id, user_id } as SealedChannel,
  }
}

/** Logs an attempt and stores what follows from it, unless another process did. */
export async function recordAttempt(tx: Db, due: DueAttempt, result: AttemptResult): Promise<void> {
  const { deliveryId, attempt } = due
  const { durationMs, statusCode, error, retryMs } = result
  const state = error === null ? 'delivered' : retryMs === null ? 'dead' : 'pending'
  const { numUpdatedRows } = await tx
    .updateTable('notification_delivery')
    .set({
      state,
      attempts: attempt,
      last_error: error,
      delivered_at: state === 'delivered' ? sql<string>`now()` : null,
      next_attempt_at:
        state === 'pending' ? sql<string>`now() + make_interval(secs => ${(retryMs ?? 0) / 1000})` : null,
    })
    .where('id', '=', deliveryId)
    .where('state', '=', 'pending')
    .where('attempts', '=', attempt - 1)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return
  await tx
    .insertInto('notification_attempt')
    .values({ delivery_id: deliveryId, duration_ms: Math.round(durationMs), status_code: statusCode, error })
    .execute()
}

const selectDeliveries = (db: Db, userId: number) =>
  db
    .selectFrom('notification_delivery as d')
    .innerJoin('notification as n', 'n.id', 'd.notification_id')
    .innerJoin('notification_channel as c', 'c.id', 'd.channel_id')
    .where('n.user_id', '=', userId)

const shown = [
  'd.id',
  'd.state',
  'n.title',
  'n.at',
  'c.id as channel_id',
  'c.kind as channel_kind',
  'c.name as channel_name',
  'd.attempts',
  'd.next_attempt_at',
  'd.last_error',
  'd.delivered_at',
] as const

/** One page of an account's deliveries, newest first. */
export async function listDeliveries(
  db: Db,
  userId: number,
  { page, per_page, state }: DeliveryQuery,
): Promise<DeliveryList> {
  const base = selectDeliveries(db, userId).$if(state !== undefined, (query) =>
    query.where('d.state', '=', state ?? ''),
  )
  const counted = await base.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow()
  const items = await base
    .select(shown)
    .orderBy('d.id', 'desc')
    .limit(per_page)
    .offset((page - 1) * per_page)
    .execute()
  return toPage(items as Delivery[], counted.total, { page, per_page })
}

const createNotFound = (id: number): AppError => new AppError('not_found', `Delivery ${id} not found.`)

/** A delivery of the account with its attempts. Throws `not_found` for that of another account too. */
export async function getDelivery(db: Db, userId: number, id: number): Promise<DeliveryLog> {
  const delivery = await selectDeliveries(db, userId).select(shown).where('d.id', '=', id).executeTakeFirst()
  if (delivery === undefined) throw createNotFound(id)
  const log = await db
    .selectFrom('notification_attempt')
    .select(['at', 'duration_ms', 'status_code', 'error'])
    .where('delivery_id', '=', id)
    .orderBy('id')
    .execute()
  return { ...(delivery as Delivery), log }
}

/** Makes a dead delivery pending again, with a new set of attempts. Throws `not_found` or `conflict`. */
export async function sendAgain(db: Db, userId: number, id: number): Promise<DeliveryLog> {
  const { state } = await getDelivery(db, userId, id)
  const { numUpdatedRows } = await db
    .updateTable('notification_delivery')
    .set({ state: 'pending', attempts: 0, next_attempt_at: sql<string>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'dead')
    .executeTakeFirst()
  if (numUpdatedRows === 0n)
    throw new AppError('conflict', `Delivery ${id} is ${state}. Only dead deliveries can be sent again.`)
  return getDelivery(db, userId, id)
}
