import { sql } from 'kysely'
import type { Account, AccountSession } from '../../contract/accounts.ts'
import type { Db } from './db.ts'

/** Life of a token without a request that carries it in the cookie, in seconds. */
export const tokenSeconds = 86_400
/** Longest life of a session, in seconds. */
export const maxSessionSeconds = 30 * 86_400
const cookieSeconds = 7 * 86_400
/** A session is written to once in this time, not on each request. */
const touchSeconds = 300
const maxSessionsPerUser = 50

const now = sql<string>`now()`
const inSeconds = (seconds: number) => sql<string>`now() + make_interval(secs => ${seconds}::int)`
const extendedBy = (seconds: number) => sql<string>`greatest(idle_expires_at, least(${inSeconds(seconds)}, expires_at))`

/** Where a session was opened, for its owner to recognize it; nulls where that is not known. */
export type SessionOrigin = Pick<AccountSession, 'network' | 'client'>

type NewSession = { userId: number; passwordChangedAt: string; tokenHash: Buffer; origin: SessionOrigin }

/**
 * Opens a session if the account still has the password of `passwordChangedAt`; false otherwise. Deletes expired
 * sessions, and the least recently used ones of the account beyond 50.
 */
export async function insertSession(db: Db, session: NewSession): Promise<boolean> {
  const { userId, passwordChangedAt, tokenHash, origin } = session
  await db.deleteFrom('sessions').where('idle_expires_at', '<', now).execute()
  await sql`delete from sessions where id in (select id from sessions where user_id = ${userId}
    order by last_used_at desc offset ${maxSessionsPerUser - 1})`.execute(db)
  const { rows } = await sql`
    insert into sessions (user_id, token_hash, idle_expires_at, expires_at, network, client)
    select id, ${tokenHash}, ${inSeconds(tokenSeconds)}, ${inSeconds(maxSessionSeconds)}, ${origin.network}, ${origin.client}
    from users where id = ${userId} and password_changed_at = ${passwordChangedAt} for share
    returning id`.execute(db)
  return rows.length > 0
}

export type Caller = Pick<Account, 'id' | 'email' | 'full_name' | 'role' | 'created_at'> & { session_id: string }

/**
 * The account of an open session as it is now; undefined when there is no such session or it has ended. A request with
 * the cookie extends the session by 7 days.
 */
export async function findCaller(
  db: Db,
  { tokenHash, byCookie }: { tokenHash: Buffer; byCookie: boolean },
): Promise<Caller | undefined> {
  const end = byCookie ? extendedBy(cookieSeconds) : sql<string>`idle_expires_at`
  const row = await db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['u.id', 'u.email', 'u.full_name', 'u.role', 'u.created_at', 's.id as session_id'])
    .select(
      sql<boolean>`greatest(now() - s.last_used_at, ${end} - s.idle_expires_at) > make_interval(secs => ${touchSeconds}::int)`.as(
        'is_stale',
      ),
    )
    .where('s.token_hash', '=', tokenHash)
    .where('s.idle_expires_at', '>', now)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { is_stale, ...caller } = row
  if (is_stale)
    await db
      .updateTable('sessions')
      .set({ last_used_at: now, idle_expires_at: end })
      .where('id', '=', caller.session_id)
      .execute()
  return caller as Caller
}

/** Extends a session to 24 hours from now; returns the seconds that it then has, undefined when it has ended. */
export async function extendSession(db: Db, id: string): Promise<number | undefined> {
  const row = await db
    .updateTable('sessions')
    .set({ last_used_at: now, idle_expires_at: extendedBy(tokenSeconds) })
    .where('id', '=', id)
    .returning(sql<number>`extract(epoch from idle_expires_at - now())::int`.as('seconds'))
    .executeTakeFirst()
  return row && Math.min(row.seconds, tokenSeconds)
}

/** Ends the session of a token; returns its account, undefined when there is no such session. */
export async function deleteSessionByToken(db: Db, tokenHash: Buffer): Promise<number | undefined> {
  const row = await db
    .deleteFrom('sessions')
    .where('token_hash', '=', tokenHash)
    .returning('user_id')
    .executeTakeFirst()
  return row?.user_id
}

/** Ends every session of an account; returns their ids. */
export async function deleteSessionsOf(db: Db, userId: number): Promise<string[]> {
  const ended = await db.deleteFrom('sessions').where('user_id', '=', userId).returning('id').execute()
  return ended.map(({ id }) => id)
}

/** The open sessions of an account, most recently used first. */
export const listSessions = (db: Db, userId: number): Promise<Omit<AccountSession, 'is_current'>[]> =>
  db
    .selectFrom('sessions')
    .select(['id', 'created_at', 'last_used_at', 'idle_expires_at as expires_at', 'client', 'network'])
    .where('user_id', '=', userId)
    .where('idle_expires_at', '>', now)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute()

/** Ends one session of an account, or with `except` all other ones; returns how many were open. */
export async function endSessions(db: Db, userId: number, which: { id: string } | { except: string }): Promise<number> {
  const ended = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', 'id' in which ? '=' : '<>', 'id' in which ? which.id : which.except)
    .returning(sql<boolean>`idle_expires_at > now()`.as('was_open'))
    .execute()
  return ended.filter(({ was_open }) => was_open).length
}
