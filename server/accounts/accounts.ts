import type { Account, PasswordChange, Registration, Role } from '../../contract/accounts.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import { type Caller, deleteSessionsOf, findCaller } from '../warehouse/sessions.ts'
import {
  deleteUser,
  findUserByEmail,
  insertUser,
  replaceHash,
  type UserWithPassword,
  updatePassword,
} from '../warehouse/users.ts'
import { AccessTokens } from './access-tokens.ts'
import { needEmail, toEmail, toFullName, toNetwork } from './identity.ts'
import { assertGoodPassword, type HashCost, Passwords } from './passwords.ts'
import { Sessions, type SignedIn } from './sessions.ts'
import { Throttle, type ThrottleRules } from './throttle.ts'

export type AccountsOptions = {
  db: Db
  clock: Clock
  /** The first signs access tokens, all verify them. */
  secrets: readonly string[]
  cost?: HashCost
  rules?: ThrottleRules
}

/** Where a session is asked for: an address, and the name of a program; null when it did not say. */
type From = { address: string; client: string | null }

const wrongLogin = (): AppError => new AppError('unauthorized', 'Invalid email or password')

export const toAccount = ({ id, email, full_name, role, created_at }: Omit<Caller, 'session_id'>): Account => ({
  id,
  email,
  full_name,
  role,
  created_at,
  is_active: true,
  webhook_url: null,
})

/** Accounts as the API serves them: who may come in, as whom, and until when. Every method throws `AppError`s. */
export class Accounts {
  readonly sessions: Sessions
  readonly #db: Db
  readonly #tokens: AccessTokens
  readonly #passwords: Passwords
  readonly #throttle: Throttle

  constructor({ db, clock, secrets, cost, rules }: AccountsOptions) {
    this.#db = db
    this.#tokens = new AccessTokens(secrets, clock)
    this.#passwords = new Passwords(cost)
    this.#throttle = new Throttle(db, this.#tokens.deriveKey('login throttle'), rules)
    this.sessions = new Sessions(db, this.#tokens)
  }

  /** Opens an account of the role `user`; throws `conflict` when the email has one. */
  async register({ email, password, full_name }: Registration, address: string): Promise<Account> {
    const name = { email: needEmail(email), full_name: toFullName(full_name) }
    assertGoodPassword(password, name.email)
    await this.#throttle.takeRegistration(address)
    return createAccount(this.#db, this.#passwords, { ...name, password, role: 'user', network: toNetwork(address) })
  }

  /** Signs in. Who has no account gets the same answer after the same time as who has a wrong password. */
  async login({ email, password }: { email: string; password: string }, { address, client }: From): Promise<SignedIn> {
    const normal = toEmail(email) ?? ''
    const attempt = { email: normal, address }
    await this.#throttle.take(attempt)
    const user = await findUserByEmail(this.#db, normal)
    const network = toNetwork(address)
    if (!(await this.#passwords.isRight(password, user?.password_hash)) || user === undefined) {
      await insertAudit(this.#db, { action: 'login_failed', userId: user?.id ?? null, network })
      throw wrongLogin()
    }
    await this.#throttle.forgive(attempt, user.id)
    await this.#rehash(user, password)
    const signedIn = await this.sessions.open(this.#db, user, { network, client })
    if (signedIn === undefined) throw wrongLogin()
    await insertAudit(this.#db, { action: 'login_succeeded', actorId: user.id, userId: user.id, network })
    return signedIn
  }

  async #rehash(user: UserWithPassword, password: string): Promise<void> {
    if (this.#passwords.isOutdated(user.password_hash))
      await replaceHash(this.#db, user, await this.#passwords.hash(password))
  }

  /** Who makes a request, by its access token, as the database knows it now; throws `unauthorized`. */
  async authenticate(token: string): Promise<Caller> {
    const caller = await findCaller(this.#db, await this.#tokens.verify(token))
    if (caller === undefined) throw new AppError('unauthorized', 'This session has ended: sign in again')
    return caller
  }

  /** Checks the password of whoever is signed in once more; throws `bad_request` when it is wrong. */
  async #confirm(caller: Caller, password: string, address: string): Promise<void> {
    const attempt = { email: caller.email, address }
    await this.#throttle.take(attempt)
    const user = await findUserByEmail(this.#db, caller.email)
    if (!(await this.#passwords.isRight(password, user?.password_hash)))
      throw new AppError('bad_request', 'Current password is incorrect')
    await this.#throttle.forgive(attempt, caller.id)
  }

  /** Sets another password, ends every session of the account, and opens a new one for the caller. */
  async changePassword(caller: Caller, change: PasswordChange, { address, client }: From): Promise<SignedIn> {
    assertGoodPassword(change.new_password, caller.email)
    await this.#confirm(caller, change.current_password, address)
    const hash = await this.#passwords.hash(change.new_password)
    const { id } = caller
    const network = toNetwork(address)
    return this.#db.transaction().execute(async (tx) => {
      const password_changed_at = await setPassword(tx, { userId: id, hash })
      const signedIn = await this.sessions.open(tx, { id, password_changed_at }, { network, client })
      if (signedIn === undefined) throw wrongLogin()
      await insertAudit(tx, { action: 'password_changed', actorId: id, userId: id, network })
      return signedIn
    })
  }

  /** Deletes the caller's account with all that is personal. The audit log keeps its number, which tells nobody. */
  async deleteAccount(caller: Caller, password: string, address: string): Promise<void> {
    await this.#confirm(caller, password, address)
    const { id } = caller
    await this.#db.transaction().execute(async (tx) => {
      await insertAudit(tx, { action: 'account_deleted', actorId: id, userId: id, network: toNetwork(address) })
      await deleteUser(tx, id)
    })
  }
}

/** Sets a hash and ends the sessions that the password before it has opened; returns since when it holds. */
export async function setPassword(tx: Db, { userId, hash }: { userId: number; hash: string }): Promise<string> {
  const since = await updatePassword(tx, userId, hash)
  if (since === undefined) throw new AppError('not_found', 'This account does not exist any more')
  await deleteSessionsOf(tx, userId)
  return since
}

type NewAccount = { email: string; full_name: string | null; password: string; role: Role; network: string | null }

/** Adds an account whose email and password have been looked at; throws `conflict` when the email has one. */
export async function createAccount(db: Db, passwords: Passwords, account: NewAccount): Promise<Account> {
  const { email, full_name, role, network } = account
  const password_hash = await passwords.hash(account.password)
  return db.transaction().execute(async (tx) => {
    const user = await insertUser(tx, { email, full_name, role, password_hash })
    if (user === undefined) throw new AppError('conflict', 'This email has an account already: sign in')
    await insertAudit(tx, { action: 'account_created', userId: user.id, network, details: { role } })
    return toAccount(user)
  })
}
