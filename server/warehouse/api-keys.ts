import { sql } from 'kysely'
import type { ApiKey, ApiKeyScope } from '../../contract/api-keys.ts'
import type { Db } from './db.ts'
import type { Caller } from './sessions.ts'

/** A key's last use is written once in this time, not on each request. */
const touchSeconds = 60

const shown = ['id', 'name', 'prefix', 'scopes', 'requests_per_minute', 'created_at', 'last_used_at'] as const

/** A key of a request with its owner as the account is now. */
export type KeyCaller = {
  id: string
  scopes: ApiKeyScope[]
  requests_per_minute: number | null
  owner: Pick<Caller, 'id' | 'email' | 'role'>
}

export type KeyRow = Pick<ApiKey, 'name' | 'prefix' | 'scopes' | 'requests_per_minute'> & {
  userId: number
  keyHash: Buffer
}

/** Adds a key to an account that has fewer than `maxKeys`; returns it, undefined otherwise. */
export async function insertApiKey(
  tx: Db,
  { userId, keyHash, ...key }: KeyRow,
  maxKeys: number,
): Promise<ApiKey | undefined> {
  await tx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute()
  const { count } = await tx
    .selectFrom('api_keys')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  if (count >= maxKeys) return undefined
  const row = await tx
    .insertInto('api_keys')
    .values({ user_id: userId, key_hash: keyHash, ...key })
    .returning(shown)
    .executeTakeFirstOrThrow()
  return row as ApiKey
}

/** The keys of an account, newest first. */
export const listApiKeys = async (db: Db, userId: number): Promise<ApiKey[]> =>
  (await db
    .selectFrom('api_keys')
    .select(shown)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()) as ApiKey[]

/** The keys of all accounts with their owner's email, newest first. */
export const listAllApiKeys = async (db: Db): Promise<(ApiKey & { email: string })[]> =>
  (await db
    .selectFrom('api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select(shown.map((name) => `k.${name}` as const))
    .select('u.email')
    .orderBy('k.created_at', 'desc')
    .orderBy('k.id')
    .execute()) as (ApiKey & { email: string })[]

/** The key with this hash, and its owner; undefined when there is none. Records its use up to once a minute. */
export async function findApiKey(db: Db, keyHash: Buffer): Promise<KeyCaller | undefined> {
  const row = await db
    .selectFrom('api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select(['k.id', 'k.scopes', 'k.requests_per_minute', 'u.id as user_id', 'u.email', 'u.role'])
    .select(
      sql<boolean>`k.last_used_at is null or k.last_used_at < now() - make_interval(secs => ${touchSeconds}::int)`.as(
        'is_stale',
      ),
    )
    .where('k.key_hash', '=', keyHash)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { is_stale, user_id, email, role, ...key } = row
  if (is_stale)
    await db.updateTable('api_keys').set({ last_used_at: sql<string>`now()` }).where('id', '=', key.id).execute()
  return { ...key, owner: { id: user_id, email, role } } as KeyCaller
}

/** Deletes a key, of one account or of any; returns what is audited, undefined when there is no such key. */
export const deleteApiKey = (
  tx: Db,
  id: string,
  userId: number | null,
): Promise<{ user_id: number; prefix: string } | undefined> =>
  tx
    .deleteFrom('api_keys')
    .where('id', '=', id)
    .$if(userId !== null, (query) => query.where('user_id', '=', userId ?? 0))
    .returning(['user_id', 'prefix'])
    .executeTakeFirst()
