import type { Account, Role } from '../../contract/accounts.ts'
import { AppError } from '../errors.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import { deleteSessionsOf } from '../warehouse/sessions.ts'
import { deleteUser, findUserByEmail, updateRole } from '../warehouse/users.ts'
import { createAccount, setPassword } from './accounts.ts'
import { needEmail, toFullName } from './identity.ts'
import { assertGoodPassword, Passwords } from './passwords.ts'

const byMachine = { by: 'command line' }

async function getUser(db: Db, email: string) {
  const user = await findUserByEmail(db, needEmail(email))
  if (user === undefined)
    throw new AppError('not_found', `There is no account of ${email}: \`npx cryptoflow user list\` lists them`)
  return user
}

type NewUser = { email: string; password: string; fullName: string | null; role: Role }

/** Opens an account of any role, as whoever has the machine may. */
export function createUser(db: Db, { email, password, fullName, role }: NewUser): Promise<Account> {
  const normal = needEmail(email)
  assertGoodPassword(password, normal)
  const account = { email: normal, full_name: toFullName(fullName), password, role, network: null }
  return createAccount(db, new Passwords(), account)
}

/** Gives an account another role and ends its sessions; false when it has the role already. */
export async function changeRole(db: Db, email: string, role: Role): Promise<boolean> {
  const { id } = await getUser(db, email)
  return db.transaction().execute(async (tx) => {
    if ((await updateRole(tx, id, role)) === 0) return false
    await deleteSessionsOf(tx, id)
    await insertAudit(tx, { action: 'role_changed', userId: id, details: { role, ...byMachine } })
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
    await insertAudit(tx, { action: 'password_changed', userId: user.id, details: byMachine })
  })
}

/** Deletes an account with all that is personal. */
export async function removeUser(db: Db, email: string): Promise<void> {
  const { id } = await getUser(db, email)
  await db.transaction().execute(async (tx) => {
    await insertAudit(tx, { action: 'account_deleted', userId: id, details: byMachine })
    await deleteUser(tx, id)
  })
}
