import { sql } from 'kysely'
import type { Account, AccountSession } from '../../contract/accounts.ts'
import type { Db } from './db.ts'

const idleDays = 7
const longestDays = 30
const graceSeconds = 10
const sessionsPerUser = 50

const idleEnd = sql<string>`now() + make_interval(days => ${idleDays})`

/** A session as whoever holds its refresh token needs to know it. */
export type OpenSession = { id: string; user_id: number; seconds_left: number }

/** Where a session is opened, as its owner will know it again; nulls where that is not known. */
export type SessionOrigin = Pick<AccountSession, 'network' | 'client'>

const secondsLeft = sql<number>`extract(epoch from idle_expires_at - now())::int`.as('seconds_left')

/**
 * Opens a session for an account whose password is still the one of `passwordChangedAt`; undefined when it has another
 * by now, or is gone. Sessions that have ended go, and the oldest beyond 50 of the account.
 */
export async function insertSession(
  db: Db,
  session: { userId: number; passwordChangedAt: string; family: string; tokenHash: Buffer; origin: SessionOrigin },
): Promise<OpenSession | undefined> {
  const { userId, passwordChangedAt, family, tokenHash, origin } = session
  await db.deleteFrom('sessions').where('idle_expires_at', '<', sql<string>`now()`).execute()
  await sql`delete from sessions where id in (select id from sessions where user_id = ${userId}
    order by rotated_at desc offset ${sessionsPerUser - 1})`.execute(db)
  const { rows } = await sql<OpenSession>`
    insert into sessions (user_id, family, token_hash, idle_expires_at, expires_at, network, client)
    select id, ${family}, ${tokenHash}, ${idleEnd}, now() + make_interval(days => ${longestDays}),
      ${origin.network}, ${origin.client} from users
    where id = ${userId} and password_changed_at = ${passwordChangedAt} for share
    returning id, user_id, ${secondsLeft}`.execute(db)
  return rows[0]
}

/** Replaces the valid refresh token by its successor, in one statement; undefined when it is not the valid one (any more). */
export const rotateSession = (
  db: Db,
  { family, tokenHash, nextHash, nonce }: { family: string; tokenHash: Buffer; nextHash: Buffer; nonce: Buffer },
): Promise<OpenSession | undefined> =>
  db
    .updateTable('sessions')
    .set({
      parent_hash: sql<Buffer>`token_hash`,
      token_hash: nextHash,
      successor_nonce: nonce,
      rotated_at: sql<string>`now()`,
      idle_expires_at: sql<string>`least(${idleEnd}, expires_at)`,
    })
    .where('family', '=', family)
    .where('token_hash', '=', tokenHash)
    .where('idle_expires_at', '>', sql<string>`now()`)
    .returning(['id', 'user_id', secondsLeft])
    .executeTakeFirst()

/** The session whose valid token followed the given one within the last 10 s, and the nonce that leads to it. */
export const findRotated = (
  db: Db,
  { family, tokenHash }: { family: string; tokenHash: Buffer },
): Promise<(OpenSession & { successor_nonce: Buffer | null }) | undefined> =>
  db
    .selectFrom('sessions')
    .select(['id', 'user_id', secondsLeft, 'successor_nonce'])
    .where('family', '=', family)
    .where('parent_hash', '=', tokenHash)
    .where('rotated_at', '>', sql<string>`now() - make_interval(secs => ${graceSeconds})`)
    .where('idle_expires_at', '>', sql<string>`now()`)
    .executeTakeFirst()

/** Ends the session of a family. `expired`: it had ended by itself. Undefined when there is none. */
export const deleteFamily = (
  db: Db,
  family: string,
): Promise<{ id: string; user_id: number; expired: boolean } | undefined> =>
  db
    .deleteFrom('sessions')
    .where('family', '=', family)
    .returning(['id', 'user_id', sql<boolean>`idle_expires_at <= now()`.as('expired')])
    .executeTakeFirst()

export async function deleteSession(db: Db, id: string): Promise<number> {
  const result = await db.deleteFrom('sessions').where('id', '=', id).executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Ends every session of an account; returns how many. */
export async function deleteSessionsOf(db: Db, userId: number): Promise<number> {
  const result = await db.deleteFrom('sessions').where('user_id', '=', userId).executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** The open sessions of an account, the one last used first. */
export const listSessions = (db: Db, userId: number): Promise<Omit<AccountSession, 'is_current'>[]> =>
  db
    .selectFrom('sessions')
    .select(['id', 'created_at', 'rotated_at as last_used_at', 'idle_expires_at as expires_at', 'client', 'network'])
    .where('user_id', '=', userId)
    .where('idle_expires_at', '>', sql<string>`now()`)
    .orderBy('rotated_at', 'desc')
    .orderBy('id')
    .execute()

/** Ends one session of an account, or with `but` all except that one; returns how many were open. */
export async function endSessions(db: Db, userId: number, which: { id: string } | { but: string }): Promise<number> {
  const ended = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', 'id' in which ? '=' : '<>', 'id' in which ? which.id : which.but)
    .returning(sql<boolean>`idle_expires_at > now()`.as('was_open'))
    .execute()
  return ended.filter(({ was_open }) => was_open).length
}

export type Caller = Pick<Account, 'id' | 'email' | 'full_name' | 'role' | 'created_at'> & { session_id: string }

/** The account behind a session that is open now, as it is now; undefined when the session has ended. */
export const findCaller = (
  db: Db,
  { sessionId, userId }: { sessionId: string; userId: number },
): Promise<Caller | undefined> =>
  db
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['u.id', 'u.email', 'u.full_name', 'u.role', 'u.created_at', 's.id as session_id'])
    .where('s.id', '=', sessionId)
    .where('u.id', '=', userId)
    .where('s.idle_expires_at', '>', sql<string>`now()`)
    .executeTakeFirst() as Promise<Caller | undefined>
