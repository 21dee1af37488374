import { sql } from 'kysely'
import type { Account, Role } from '../../contract/accounts.ts'
import type { Db } from './db.ts'

export type NewUser = { email: string; full_name: string | null; role: Role; password_hash: string }

const columns = ['id', 'email', 'full_name', 'role', 'created_at'] as const
type AccountRow = Pick<Account, (typeof columns)[number]>

/** An account with what its password is checked against, and since when that is so. */
export type UserWithPassword = AccountRow & { password_hash: string; password_changed_at: string }

/** Adds an account; undefined when the email has one already. */
export const insertUser = (db: Db, user: NewUser): Promise<AccountRow | undefined> =>
  db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning(columns)
    .executeTakeFirst() as Promise<AccountRow | undefined>

/** The account of a normalized email; undefined when there is none. */
export const findUserByEmail = (db: Db, email: string): Promise<UserWithPassword | undefined> =>
  db
    .selectFrom('users')
    .select([...columns, 'password_hash', 'password_changed_at'])
    .where('email', '=', email)
    .executeTakeFirst() as Promise<UserWithPassword | undefined>

/** The confirmed email of an account; undefined when it has none. */
export const findVerifiedEmail = async (db: Db, id: number): Promise<string | undefined> =>
  (
    await db
      .selectFrom('users')
      .select('email')
      .where('id', '=', id)
      .where('email_verified_at', 'is not', null)
      .executeTakeFirst()
  )?.email

/** Every account, oldest first, with how many sessions it has. */
export const listUsers = (db: Db): Promise<(AccountRow & { sessions: number })[]> =>
  db
    .selectFrom('users as u')
    .select((eb) => [
      ...columns,
      eb
        .selectFrom('sessions as s')
        .select(sql<number>`count(*)::int`.as('n'))
        .whereRef('s.user_id', '=', 'u.id')
        .where('s.idle_expires_at', '>', sql<string>`now()`)
        .as('sessions'),
    ])
    .orderBy('id')
    .execute() as Promise<(AccountRow & { sessions: number })[]>

/** Sets another password; returns since when it holds, undefined when the account is gone. */
export const updatePassword = async (db: Db, id: number, passwordHash: string): Promise<string | undefined> =>
  (
    await db
      .updateTable('users')
      .set({ password_hash: passwordHash, password_changed_at: sql<string>`clock_timestamp()` })
      .where('id', '=', id)
      .returning('password_changed_at')
      .executeTakeFirst()
  )?.password_changed_at

/** Puts the same password, hashed anew, in place of the hash that it was checked against. */
export const replaceHash = async (db: Db, user: UserWithPassword, passwordHash: string): Promise<void> => {
  await db
    .updateTable('users')
    .set({ password_hash: passwordHash })
    .where('id', '=', user.id)
    .where('password_hash', '=', user.password_hash)
    .execute()
}

export async function updateRole(db: Db, id: number, role: Role): Promise<number> {
  const result = await db
    .updateTable('users')
    .set({ role })
    .where('id', '=', id)
    .where('role', '<>', role)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Locks an account until the end of the transaction, as a change of its password does. */
export const lockUser = async (tx: Db, id: number): Promise<void> => {
  await tx.selectFrom('users').select('id').where('id', '=', id).forUpdate().execute()
}

/** Deletes an account with its sessions, its watchlist and what its sign-ins left in the throttle. Returns the count. */
export async function deleteUser(db: Db, id: number): Promise<number> {
  const result = await db.deleteFrom('users').where('id', '=', id).executeTakeFirst()
  return Number(result.numDeletedRows)
}
