import { sql } from 'kysely'
import { type ChannelKind, maxChannels } from '../../contract/notification-lists.ts'
import type { Channel } from '../../contract/notifications.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'

const shown = ['id', 'kind', 'name', 'target', 'is_active', 'created_at'] as const

export type ChannelRef = { userId: number; channelId: number }

/** A channel with its encrypted settings. */
export type SealedChannel = {
  id: number
  user_id: number
  kind: ChannelKind
  name: string
  target: string
  is_active: boolean
  sealed: Buffer
}

export type ChannelRow = Pick<SealedChannel, 'user_id' | 'kind' | 'name' | 'target' | 'sealed'> & {
  /** Identifies the subscription of a browser. Null: other kinds. */
  fingerprint: Buffer | null
  is_classic?: boolean
}

/** The channels of an account, oldest first. */
export const listChannels = (db: Db, userId: number): Promise<Channel[]> =>
  db.selectFrom('notification_channel').select(shown).where('user_id', '=', userId).orderBy('id').execute() as Promise<
    Channel[]
  >

const createNotFound = (id: number): AppError => new AppError('not_found', `Channel ${id} not found.`)

/** A channel of the account with its settings. Throws `not_found` for that of another account too. */
export async function getChannel(db: Db, { userId, channelId }: ChannelRef): Promise<SealedChannel & Channel> {
  const row = await db
    .selectFrom('notification_channel')
    .select([...shown, 'user_id', 'sealed'])
    .where('id', '=', channelId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) throw createNotFound(channelId)
  return row as SealedChannel & Channel
}

/**
 * Adds a channel. Throws `conflict` when the account has the maximum. A browser that is subscribed already keeps its
 * channel with the new settings.
 */
export async function insertChannel(tx: Db, row: ChannelRow): Promise<Channel> {
  const { user_id, kind, name, target, sealed, fingerprint, is_classic = false } = row
  await tx.selectFrom('users').select('id').where('id', '=', user_id).forUpdate().execute()
  const others = await tx
    .selectFrom('notification_channel')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('user_id', '=', user_id)
    .$if(fingerprint !== null, (query) => query.where('fingerprint', 'is distinct from', fingerprint))
    .executeTakeFirstOrThrow()
  if (others.count >= maxChannels)
    throw new AppError('conflict', `You have the maximum of ${maxChannels} channels. Delete one first.`)
  return (await tx
    .insertInto('notification_channel')
    .values({ user_id, kind, name, target, sealed, fingerprint, is_classic })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'fingerprint']).doUpdateSet((eb) => ({
        target: eb.ref('excluded.target'),
        sealed: eb.ref('excluded.sealed'),
        is_active: true,
      })),
    )
    .returning(shown)
    .executeTakeFirstOrThrow()) as Channel
}

/** Changes a channel. Throws `not_found` when it is gone. */
export async function updateChannel(
  db: Db,
  id: number,
  change: Partial<Pick<SealedChannel, 'name' | 'target' | 'is_active' | 'sealed'>>,
): Promise<Channel> {
  const row = await db
    .updateTable('notification_channel')
    .set(change)
    .where('id', '=', id)
    .returning(shown)
    .executeTakeFirst()
  if (row === undefined) throw createNotFound(id)
  return row as Channel
}

/** Deletes a channel with its deliveries. Throws `not_found`. */
export async function deleteChannel(db: Db, { userId, channelId }: ChannelRef): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('notification_channel')
    .where('id', '=', channelId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw createNotFound(channelId)
}

/** The webhook of the paths that older clients call. Undefined: none. */
export const findClassicChannel = (db: Db, userId: number): Promise<{ id: number; target: string } | undefined> =>
  db
    .selectFrom('notification_channel')
    .select(['id', 'target'])
    .where('user_id', '=', userId)
    .where('is_classic', '=', true)
    .executeTakeFirst()

/** A secret of the server. It is created and sealed once for all processes. */
export async function findOrInsertSecret(db: Db, name: string, create: () => Buffer): Promise<Buffer> {
  const read = () => db.selectFrom('server_secrets').select('sealed').where('name', '=', name).executeTakeFirst()
  const known = await read()
  if (known !== undefined) return known.sealed
  await db
    .insertInto('server_secrets')
    .values({ name, sealed: create() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  return (await read())?.sealed ?? Buffer.alloc(0)
}
