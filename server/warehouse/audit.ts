import { sql } from 'kysely'
import type { AuditAction, AuditEntry, AuditList, AuditQuery } from '../../contract/accounts.ts'
import { toPage } from '../../contract/queries.ts'
import type { Db } from './db.ts'

/** An audit event. No email, password, token or full address: the log outlives the account. */
export type AuditEvent = {
  action: AuditAction
  actorId?: number | null
  userId?: number | null
  network?: string | null
  details?: Record<string, unknown>
}

/** Adds an entry to the audit log, which is append-only. */
export const insertAudit = async (db: Db, event: AuditEvent): Promise<void> => {
  const { action, actorId = null, userId = null, network = null, details = {} } = event
  await db
    .insertInto('audit_log')
    .values({ action, actor_id: actorId, user_id: userId, network, details: JSON.stringify(details) })
    .execute()
}

/** One page of the audit log, newest first, with the emails of the accounts that still exist. */
export async function listAudit(db: Db, { page, per_page, action }: AuditQuery): Promise<AuditList> {
  const base = db
    .selectFrom('audit_log as a')
    .$if(action !== undefined, (query) => query.where('a.action', '=', action ?? ''))
  const [counted, items] = await Promise.all([
    base.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow(),
    base
      .leftJoin('users as actor', 'actor.id', 'a.actor_id')
      .leftJoin('users as u', 'u.id', 'a.user_id')
      .select(['a.id', 'a.at', 'a.action', 'a.actor_id', 'a.user_id', 'a.network', 'a.details'])
      .select(['actor.email as actor_email', 'u.email as user_email'])
      .orderBy('a.id', 'desc')
      .limit(per_page)
      .offset((page - 1) * per_page)
      .execute(),
  ])
  return toPage(items as AuditEntry[], counted.total, { page, per_page })
}
