import { sql } from 'kysely'
import type { Db } from './db.ts'

export type LinkPurpose = 'reset_password' | 'verify_email'

/** Links that an account may have open per purpose. The oldest are deleted first. */
const maxLinks = 5

export type NewLink = { userId: number; email: string; purpose: LinkPurpose; tokenHash: Buffer; seconds: number }

/** Adds a link, and deletes expired ones and those beyond the maximum of the account. */
export async function insertLink(tx: Db, { userId, email, purpose, tokenHash, seconds }: NewLink): Promise<void> {
  await tx.deleteFrom('account_links').where('expires_at', '<', sql<string>`now()`).execute()
  await sql`delete from account_links where token_hash in (select token_hash from account_links
    where user_id = ${userId} and purpose = ${purpose} order by expires_at desc offset ${maxLinks - 1})`.execute(tx)
  await tx
    .insertInto('account_links')
    .values({
      token_hash: tokenHash,
      user_id: userId,
      email,
      purpose,
      expires_at: sql<string>`now() + make_interval(secs => ${seconds}::int)`,
    })
    .execute()
}

/** The account of a valid link. Undefined: unknown, expired or used. */
export const findLink = async (
  db: Db,
  purpose: LinkPurpose,
  tokenHash: Buffer,
): Promise<{ email: string } | undefined> =>
  db
    .selectFrom('account_links')
    .select('email')
    .where('token_hash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<string>`now()`)
    .executeTakeFirst()

/** Uses a link: deletes it with the other links of the account for this purpose. Undefined: it is not valid. */
export async function takeLink(
  tx: Db,
  purpose: LinkPurpose,
  tokenHash: Buffer,
): Promise<{ userId: number; email: string } | undefined> {
  const row = await tx
    .deleteFrom('account_links')
    .where('token_hash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<string>`now()`)
    .returning(['user_id', 'email'])
    .executeTakeFirst()
  if (row === undefined) return undefined
  await tx.deleteFrom('account_links').where('user_id', '=', row.user_id).where('purpose', '=', purpose).execute()
  return { userId: row.user_id, email: row.email }
}

/** Marks the email of an account as confirmed, if it still has it. */
export async function confirmEmail(db: Db, { userId, email }: { userId: number; email: string }): Promise<void> {
  await db
    .updateTable('users')
    .set({ email_verified_at: sql<string>`coalesce(email_verified_at, now())` })
    .where('id', '=', userId)
    .where('email', '=', email)
    .execute()
}
