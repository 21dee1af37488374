import type { Account, Role } from '../../contract/accounts.ts'
import { AppError } from '../errors.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import { deleteSessionsOf } from '../warehouse/sessions.ts'
import { deleteUser, findUserByEmail, updateRole } from '../warehouse/users.ts'
import { createAccount } from './accounts.ts'
import { parseEmail, toFullName } from './identity.ts'
import { assertGoodPassword, Passwords } from './passwords.ts'
import { setPassword } from './set-password.ts'

const byCommandLine = { by: 'command line' }

async function getUser(db: Db, email: string) {
  const user = await findUserByEmail(db, parseEmail(email))
  if (user === undefined)
    throw new AppError('not_found', `No account has the email ${email}. See \`npx cryptoflow user list\`.`)
  return user
}

type NewUser = { email: string; password: string; fullName: string | null; role: Role }

/** Creates an account with any role. */
export function createUser(db: Db, { email, password, fullName, role }: NewUser): Promise<Account> {
  const normal = parseEmail(email)
  assertGoodPassword(password, normal)
  const account = { email: normal, full_name: toFullName(fullName), password, role, network: null }
  return createAccount(db, new Passwords(), account)
}

/** Changes the role of an account and ends its sessions. False: it already has the role. */
export async function changeRole(db: Db, email: string, role: Role): Promise<boolean> {
  const { id } = await getUser(db, email)
  return db.transaction().execute(async (tx) => {
    if ((await updateRole(tx, id, role)) === 0) return false
    await deleteSessionsOf(tx, id)
    await insertAudit(tx, { action: 'role_changed', userId: id, details: { role, ...byCommandLine } })
    return true
  })
}

/** Sets the password of an account and ends its sessions. */
export async function resetPassword(db: Db, email: string, password: string): Promise<void> {
  const user = await getUser(db, email)
  assertGoodPassword(password, user.email)
  const hash = await new Passwords().hash(password)
  await db.transaction().execute(async (tx) => {
    await setPassword(tx, { userId: user.id, hash })
    await insertAudit(tx, { action: 'password_changed', userId: user.id, details: byCommandLine })
  })
}

/** Deletes an account and its personal data. */
export async function removeUser(db: Db, email: string): Promise<void> {
  const { id } = await getUser(db, email)
  await db.transaction().execute(async (tx) => {
    await insertAudit(tx, { action: 'account_deleted', userId: id, details: byCommandLine })
    await deleteUser(tx, id)
  })
}
