import { createHash, randomBytes } from 'node:crypto'
import type { AccessToken, AccountSession } from '../../contract/accounts.ts'
import { AppError } from '../errors.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import {
  type Caller,
  deleteSessionByToken,
  deleteSessionsOf,
  endSessions,
  extendSession,
  findCaller,
  insertSession,
  listSessions,
  type SessionOrigin,
  tokenSeconds,
} from '../warehouse/sessions.ts'
import type { UserWithPassword } from '../warehouse/users.ts'
import { toNetwork } from './identity.ts'

const tokenBytes = 32
const tokenForm = /^[\w-]{43}$/

/** The session token and its origin: the cookie or the Authorization header. */
export type SessionProof = { token: string; byCookie: boolean }

/** A fast hash is safe because a token has 256 random bits. */
const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

const toAccessToken = (token: string, seconds: number): AccessToken => ({
  access_token: token,
  token_type: 'bearer',
  expires_in: seconds,
})

export const createEndedError = (): AppError => new AppError('unauthorized', 'This session has ended. Sign in again.')

/** Opens a session. Undefined: the password was changed since the account was read. */
export async function openSession(
  db: Db,
  user: Pick<UserWithPassword, 'id' | 'password_changed_at'>,
  origin: SessionOrigin = { network: null, client: null },
): Promise<AccessToken | undefined> {
  const token = randomBytes(tokenBytes).toString('base64url')
  const session = { userId: user.id, passwordChangedAt: user.password_changed_at, tokenHash: hashToken(token), origin }
  return (await insertSession(db, session)) ? toAccessToken(token, tokenSeconds) : undefined
}

/** Finds, extends, lists and ends sessions. What ends one is audited with it, or not done. All methods throw `AppError`s. */
export class Sessions {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** The caller's current account, read from the database. Throws `unauthorized`. */
  async authenticate({ token, byCookie }: SessionProof): Promise<Caller> {
    if (!tokenForm.test(token)) throw new AppError('unauthorized', 'Invalid token. Sign in again.')
    const caller = await findCaller(this.#db, { tokenHash: hashToken(token), byCookie })
    if (caller === undefined) throw createEndedError()
    return caller
  }

  /** Extends the caller's session to 24 hours from now, up to 30 days after sign-in. The token stays the same. */
  async refresh({ session_id }: Caller, token: string): Promise<AccessToken> {
    const seconds = await extendSession(this.#db, session_id)
    if (seconds === undefined) throw createEndedError()
    return toAccessToken(token, seconds)
  }

  /** Ends the session of a token, if any. */
  async logout(token: string, address: string): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const userId = await deleteSessionByToken(tx, hashToken(token))
      if (userId !== undefined)
        await insertAudit(tx, { action: 'logged_out', actorId: userId, userId, network: toNetwork(address) })
    })
  }

  /** Ends all sessions of an account. */
  async logoutEverywhere(userId: number, address: string): Promise<void> {
    const network = toNetwork(address)
    await this.#db.transaction().execute(async (tx) => {
      const details = { sessions: (await deleteSessionsOf(tx, userId)).length }
      await insertAudit(tx, { action: 'logged_out_everywhere', actorId: userId, userId, network, details })
    })
  }

  /** The sessions of the caller's account, most recently used first. */
  async list({ id, session_id }: Caller): Promise<AccountSession[]> {
    const sessions = await listSessions(this.#db, id)
    return sessions.map((session) => ({ ...session, is_current: session.id === session_id }))
  }

  /** Ends one session of the caller's account. Throws `not_found` when the account has no such session. */
  async end({ id: userId }: Caller, sessionId: string, address: string): Promise<void> {
    const ended = await this.#end(userId, { id: sessionId }, address)
    if (ended === 0) throw new AppError('not_found', 'This session has already ended.')
  }

  /** Ends all other sessions of the caller's account. */
  async endOthers({ id: userId, session_id }: Caller, address: string): Promise<void> {
    await this.#end(userId, { except: session_id }, address)
  }

  #end(userId: number, which: Parameters<typeof endSessions>[2], address: string): Promise<number> {
    const network = toNetwork(address)
    return this.#db.transaction().execute(async (tx) => {
      const sessions = await endSessions(tx, userId, which)
      const details = { sessions }
      if (sessions > 0) await insertAudit(tx, { action: 'sessions_ended', actorId: userId, userId, network, details })
      return sessions
    })
  }
}
