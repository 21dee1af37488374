import { sql } from 'kysely'
import type { Db } from './db.ts'

const rememberedDays = 90

/** What is counted, how many attempts it may have unforgiven, and after how long one is forgiven. */
export type Bucket = { key: Buffer; capacity: number; secondsEach: number }

const levelNow = (secondsEach: number) => sql<number>`greatest(0, login_throttle.level
  - extract(epoch from excluded.updated_at - login_throttle.updated_at)::float8 / ${secondsEach}::float8)`

/**
 * Counts an attempt before it is made, so that attempts at once do not slip through together; false when there is no
 * room for it, and then it is not counted.
 */
export async function takeAttempt(db: Db, { key, capacity, secondsEach }: Bucket): Promise<boolean> {
  const { rows } = await sql`insert into login_throttle (key, level, updated_at, expires_at)
    values (${key}, 1, now(), now() + make_interval(secs => ${capacity * secondsEach}::float8))
    on conflict (key) do update set level = ${levelNow(secondsEach)} + 1, updated_at = excluded.updated_at,
      expires_at = greatest(excluded.expires_at, login_throttle.expires_at)
    where ${levelNow(secondsEach)} + 1 <= ${capacity}::float8 returning true`.execute(db)
  return rows.length > 0
}

/** Takes back an attempt that turned out to be right. */
export const forgiveAttempt = async (db: Db, key: Buffer): Promise<void> => {
  await db
    .updateTable('login_throttle')
    .set({ level: sql<number>`greatest(0, level - 1)` })
    .where('key', '=', key)
    .execute()
}

/** Forgives all attempts on an account from an address, and remembers for 90 days that it signs in from there. */
export const rememberSignIn = async (db: Db, key: Buffer, userId: number): Promise<void> => {
  await db
    .updateTable('login_throttle')
    .set({
      level: 0,
      user_id: userId,
      expires_at: sql<string>`now() + make_interval(days => ${rememberedDays})`,
    })
    .where('key', '=', key)
    .execute()
}

/** Has this account signed in from this address before? */
export const isRemembered = async (db: Db, key: Buffer): Promise<boolean> =>
  (await db
    .selectFrom('login_throttle')
    .select('key')
    .where('key', '=', key)
    .where('user_id', 'is not', null)
    .executeTakeFirst()) !== undefined

/** Drops what is long forgiven; returns how many rows. */
export async function deleteForgiven(db: Db): Promise<number> {
  const result = await db.deleteFrom('login_throttle').where('expires_at', '<', sql<string>`now()`).executeTakeFirst()
  return Number(result.numDeletedRows)
}
