import type { AccessToken, Account, PasswordChange, Registration, Role } from '../../contract/accounts.ts'
import { AppError } from '../errors.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import { findClassicChannel } from '../warehouse/notification-channels.ts'
import { type Caller, deleteSessionsOf, type SessionOrigin } from '../warehouse/sessions.ts'
import {
  deleteUser,
  findUserByEmail,
  insertUser,
  lockUser,
  replaceHash,
  type UserWithPassword,
} from '../warehouse/users.ts'
import { ApiKeys } from './api-keys.ts'
import { EmailLinks, type LinkOptions } from './email-links.ts'
import { parseEmail, toEmail, toFullName, toNetwork } from './identity.ts'
import { assertGoodPassword, type HashCost, Passwords } from './passwords.ts'
import { createEndedError, openSession, Sessions } from './sessions.ts'
import { setPassword } from './set-password.ts'
import { Throttle, type ThrottleRules } from './throttle.ts'

export type AccountsOptions = {
  db: Db
  /** Key of the hashes in the login throttle. */
  secret: string
  cost?: HashCost
  rules?: ThrottleRules
  /** How links are sent by email. Absent or null: this server sends no email. */
  mail?: LinkOptions | null
}

/** The IP address and client name of a request. Null: no name. */
export type RequestOrigin = { address: string; client: string | null }

const toSessionOrigin = ({ address, client }: RequestOrigin): SessionOrigin => ({ network: toNetwork(address), client })

const createLoginError = (): AppError => new AppError('unauthorized', 'Invalid email or password')

const toAccount = ({ id, email, full_name, role, created_at }: Omit<Caller, 'session_id'>): Account => ({
  id,
  email,
  full_name,
  role,
  created_at,
  is_active: true,
  webhook_url: null,
})

/** Registration, sign-in and the caller's account. All methods throw `AppError`s. */
export class Accounts {
  readonly sessions: Sessions
  readonly keys: ApiKeys
  readonly links: EmailLinks
  readonly #db: Db
  readonly #passwords: Passwords
  readonly #throttle: Throttle

  constructor({ db, secret, cost, rules, mail = null }: AccountsOptions) {
    this.#db = db
    this.#passwords = new Passwords(cost)
    this.#throttle = new Throttle(db, secret, rules)
    this.sessions = new Sessions(db)
    this.keys = new ApiKeys(db)
    this.links = new EmailLinks(db, { passwords: this.#passwords, throttle: this.#throttle }, mail)
  }

  /** The caller's account with the webhook of older clients. */
  async describe(caller: Caller): Promise<Account> {
    return { ...toAccount(caller), webhook_url: (await findClassicChannel(this.#db, caller.id))?.target ?? null }
  }

  /** Creates an account with the role `user`. Throws `conflict` when the email has one. */
  async register({ email, password, full_name }: Registration, address: string): Promise<Account> {
    const name = { email: parseEmail(email), full_name: toFullName(full_name) }
    assertGoodPassword(password, name.email)
    await this.#throttle.takeRegistration(address)
    return createAccount(this.#db, this.#passwords, { ...name, password, role: 'user', network: toNetwork(address) })
  }

  /** Opens a session. An unknown email and a wrong password get the same response after the same time. */
  async login(credentials: { email: string; password: string }, origin: RequestOrigin): Promise<AccessToken> {
    const { password } = credentials
    const email = toEmail(credentials.email) ?? ''
    const attempt = { email, address: origin.address }
    await this.#throttle.take(attempt)
    const user = await findUserByEmail(this.#db, email)
    const { network } = toSessionOrigin(origin)
    if (!(await this.#passwords.verify(password, user?.password_hash)) || user === undefined) {
      await insertAudit(this.#db, { action: 'login_failed', userId: user?.id ?? null, network })
      throw createLoginError()
    }
    await this.#throttle.forgive(attempt, user.id)
    await this.#rehash(user, password)
    return this.#db.transaction().execute(async (tx) => {
      const token = await openSession(tx, user, toSessionOrigin(origin))
      if (token === undefined) throw createLoginError()
      await insertAudit(tx, { action: 'login_succeeded', actorId: user.id, userId: user.id, network })
      return token
    })
  }

  async #rehash(user: UserWithPassword, password: string): Promise<void> {
    if (this.#passwords.isOutdated(user.password_hash))
      await replaceHash(this.#db, user, await this.#passwords.hash(password))
  }

  /** Verifies the caller's password. Throws `bad_request` when it is wrong. */
  async #confirmPassword(caller: Caller, password: string, address: string): Promise<void> {
    const attempt = { email: caller.email, address }
    await this.#throttle.take(attempt)
    const user = await findUserByEmail(this.#db, caller.email)
    if (!(await this.#passwords.verify(password, user?.password_hash)))
      throw new AppError('bad_request', 'Current password is incorrect')
    await this.#throttle.forgive(attempt, caller.id)
  }

  /**
   * Sets a new password, ends all sessions of the account and opens a new one for the caller. Throws `unauthorized` when
   * the caller's session ended meanwhile, for example by another password change.
   */
  async changePassword(caller: Caller, change: PasswordChange, origin: RequestOrigin): Promise<AccessToken> {
    assertGoodPassword(change.new_password, caller.email)
    await this.#confirmPassword(caller, change.current_password, origin.address)
    const hash = await this.#passwords.hash(change.new_password)
    const { id } = caller
    return this.#db.transaction().execute(async (tx) => {
      const { password_changed_at, ended } = await setPassword(tx, { userId: id, hash })
      if (!ended.includes(caller.session_id)) throw createEndedError()
      const token = await openSession(tx, { id, password_changed_at }, toSessionOrigin(origin))
      if (token === undefined) throw createLoginError()
      await insertAudit(tx, { action: 'password_changed', actorId: id, userId: id, network: toNetwork(origin.address) })
      return token
    })
  }

  /**
   * Deletes the caller's account and its personal data. The audit log keeps only its id. Throws `unauthorized` when the
   * caller's session ended meanwhile.
   */
  async deleteAccount(caller: Caller, password: string, address: string): Promise<void> {
    await this.#confirmPassword(caller, password, address)
    const { id } = caller
    await this.#db.transaction().execute(async (tx) => {
      await lockUser(tx, id)
      if (!(await deleteSessionsOf(tx, id)).includes(caller.session_id)) throw createEndedError()
      await insertAudit(tx, { action: 'account_deleted', actorId: id, userId: id, network: toNetwork(address) })
      await deleteUser(tx, id)
    })
  }
}

type NewAccount = { email: string; full_name: string | null; password: string; role: Role; network: string | null }

/** Creates an account with a validated email and password. Throws `conflict` when the email has one. */
export async function createAccount(db: Db, passwords: Passwords, account: NewAccount): Promise<Account> {
  const { email, full_name, role, network } = account
  const password_hash = await passwords.hash(account.password)
  return db.transaction().execute(async (tx) => {
    const user = await insertUser(tx, { email, full_name, role, password_hash })
    if (user === undefined) throw new AppError('conflict', 'This email already has an account. Sign in instead.')
    await insertAudit(tx, { action: 'account_created', userId: user.id, network, details: { role } })
    return toAccount(user)
  })
}
