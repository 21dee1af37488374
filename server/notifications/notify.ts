import { sql } from 'kysely'
import { toStorableText } from '../text.ts'
import type { Db } from '../warehouse/db.ts'

/** What an account is told. */
export type Message = {
  accountId: number
  /** Idempotency key of the event, up to 200 characters: an account is told once per key. */
  key: string
  title: string
  text: string
  /** The page of this CryptoFlow that shows more, such as `/coins/bitcoin`. */
  path: string
  /** When the event happened, RFC 3339. */
  at: string
  /** Channels of the account. Others and inactive ones are left out. */
  channelIds: readonly number[]
}

/**
 * Tells an account something inside the caller's transaction: adds one notification in the app and one pending delivery
 * per channel. Does nothing when the account was told with this key before. Returns whether it is new.
 */
export async function notify(client: Db, message: Message): Promise<boolean> {
  const { accountId, key, path, at, channelIds } = message
  const [title, text] = [toStorableText(message.title), toStorableText(message.text)]
  const { rows } = await sql<{ id: number }>`with told as (
      insert into notification (user_id, key, title, text, path, at)
      values (${accountId}, ${key}, left(${title}, 200), left(${text}, 2000), ${path}, ${at}::timestamptz)
      on conflict (user_id, key) do nothing returning id, user_id),
    deliveries as (
      insert into notification_delivery (notification_id, channel_id)
      select told.id, c.id from told join notification_channel c on c.user_id = told.user_id
      where c.is_active and c.id = any(${[...channelIds]}::int[]) returning id)
    select told.id from told`.execute(client)
  return rows.length > 0
}
