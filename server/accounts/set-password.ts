import { AppError } from '../errors.ts'
import type { Db } from '../warehouse/db.ts'
import { deleteSessionsOf } from '../warehouse/sessions.ts'
import { updatePassword } from '../warehouse/users.ts'

/** Sets a password hash and ends the account's sessions. Returns the time of the change and the ids of the sessions. */
export async function setPassword(
  tx: Db,
  { userId, hash }: { userId: number; hash: string },
): Promise<{ password_changed_at: string; ended: string[] }> {
  const password_changed_at = await updatePassword(tx, userId, hash)
  if (password_changed_at === undefined) throw new AppError('not_found', 'This account no longer exists.')
  return { password_changed_at, ended: await deleteSessionsOf(tx, userId) }
}
