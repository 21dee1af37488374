import { sql } from 'kysely'
import type { NotificationList, NotificationQuery } from '../../contract/notifications.ts'
import { toPage } from '../../contract/queries.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'

const retentionDays = 90

/** One page of an account's notifications, newest first, with the number of unread ones. */
export async function listNotifications(
  db: Db,
  userId: number,
  { page, per_page, unread }: NotificationQuery,
): Promise<NotificationList> {
  const counts = await db
    .selectFrom('notification')
    .select([
      sql<number>`count(*)::int`.as('total'),
      sql<number>`(count(*) filter (where read_at is null))::int`.as('unread'),
    ])
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  const items = await db
    .selectFrom('notification')
    .select(['id', 'title', 'text', 'path', 'at', 'created_at', sql<boolean>`read_at is not null`.as('is_read')])
    .where('user_id', '=', userId)
    .$if(unread === true, (query) => query.where('read_at', 'is', null))
    .orderBy('id', 'desc')
    .limit(per_page)
    .offset((page - 1) * per_page)
    .execute()
  const total = unread === true ? counts.unread : counts.total
  return { ...toPage(items, total, { page, per_page }), unread: counts.unread }
}

/** Marks a notification of the account as read. Throws `not_found` for that of another account too. */
export async function markRead(db: Db, userId: number, id: number): Promise<number> {
  const row = await db
    .selectFrom('notification')
    .select('id')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) throw new AppError('not_found', `Notification ${id} not found.`)
  return markAllRead(db, userId, id)
}

/** Marks all unread notifications of the account, or one of them, as read. Returns their number. */
export async function markAllRead(db: Db, userId: number, id: number | null = null): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('notification')
    .set({ read_at: sql<string>`now()` })
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .$if(id !== null, (query) => query.where('id', '=', id ?? 0))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Deletes notifications older than 90 days with their deliveries. Returns their number. */
export async function deleteOldNotifications(db: Db): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('notification')
    .where('created_at', '<', sql<string>`now() - make_interval(days => ${retentionDays}::int)`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
