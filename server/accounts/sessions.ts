import type { AccessToken, AccountSession } from '../../contract/accounts.ts'
import { AppError } from '../errors.ts'
import { insertAudit } from '../warehouse/audit.ts'
import type { Db } from '../warehouse/db.ts'
import {
  deleteFamily,
  deleteSession,
  deleteSessionsOf,
  endSessions,
  findRotated,
  insertSession,
  listSessions,
  type OpenSession,
  rotateSession,
  type SessionOrigin,
} from '../warehouse/sessions.ts'
import type { UserWithPassword } from '../warehouse/users.ts'
import type { AccessTokens } from './access-tokens.ts'
import { toNetwork } from './identity.ts'
import {
  createNonce,
  createRefreshToken,
  hashRefreshToken,
  parseRefreshToken,
  type RefreshToken,
  toSuccessor,
  writeRefreshToken,
} from './refresh-tokens.ts'

/** What a sign-in or a refresh gives: the answer, and the refresh token for the cookie with its time to live. */
export type SignedIn = { answer: AccessToken; refreshToken: string; secondsLeft: number }

type Holder = { id: number; session_id: string }

const ended = (): AppError => new AppError('unauthorized', 'This session has ended: sign in again')

/** Sign-ins as they last: opened, refreshed, ended. */
export class Sessions {
  readonly #db: Db
  readonly #tokens: AccessTokens

  constructor(db: Db, tokens: AccessTokens) {
    this.#db = db
    this.#tokens = tokens
  }

  async #answer({ id, user_id, seconds_left }: OpenSession, token: RefreshToken): Promise<SignedIn> {
    const answer: AccessToken = {
      access_token: await this.#tokens.sign({ userId: user_id, sessionId: id }),
      token_type: 'bearer',
      expires_in: this.#tokens.lifetimeSeconds,
    }
    return { answer, refreshToken: writeRefreshToken(token), secondsLeft: seconds_left }
  }

  /** Opens a session; undefined when the password was changed since the account was read. */
  async open(
    db: Db,
    user: Pick<UserWithPassword, 'id' | 'password_changed_at'>,
    origin: SessionOrigin = { network: null, client: null },
  ): Promise<SignedIn | undefined> {
    const token = createRefreshToken()
    const session = await insertSession(db, {
      userId: user.id,
      passwordChangedAt: user.password_changed_at,
      family: token.family,
      tokenHash: hashRefreshToken(token),
      origin,
    })
    return session && this.#answer(session, token)
  }

  /**
   * Replaces a refresh token by its successor. Its direct parent leads to the same successor for 10 s more, so that
   * requests at once do not end the session; any older one ends it, since somebody has a copy.
   */
  async refresh(text: string | undefined, address: string): Promise<SignedIn> {
    const token = text === undefined ? undefined : parseRefreshToken(text)
    if (token === undefined) throw new AppError('unauthorized', 'There is no session to refresh: sign in')
    const { family } = token
    const tokenHash = hashRefreshToken(token)
    const nonce = createNonce()
    const next = toSuccessor(token, nonce)
    const rotated = await rotateSession(this.#db, { family, tokenHash, nextHash: hashRefreshToken(next), nonce })
    if (rotated !== undefined) return this.#answer(rotated, next)
    const before = await findRotated(this.#db, { family, tokenHash })
    if (before?.successor_nonce) return this.#answer(before, toSuccessor(token, before.successor_nonce))
    const revoked = await deleteFamily(this.#db, family)
    if (revoked !== undefined && !revoked.expired)
      await insertAudit(this.#db, { action: 'refresh_reused', userId: revoked.user_id, network: toNetwork(address) })
    throw ended()
  }

  /** Ends the session of a refresh token, whichever of its tokens it is, and that of the caller. */
  async logout(text: string | undefined, caller: Holder | null, address: string) {
    const token = text === undefined ? undefined : parseRefreshToken(text)
    const byCookie = token && (await deleteFamily(this.#db, token.family))
    const byToken = caller !== null && (await deleteSession(this.#db, caller.session_id)) > 0
    const userId = byCookie?.user_id ?? (byToken ? caller.id : undefined)
    if (userId !== undefined)
      await insertAudit(this.#db, { action: 'logged_out', actorId: userId, userId, network: toNetwork(address) })
  }

  /** Ends every session of an account. */
  async logoutEverywhere(userId: number, address: string): Promise<void> {
    const sessions = await deleteSessionsOf(this.#db, userId)
    const details = { sessions }
    const network = toNetwork(address)
    await insertAudit(this.#db, { action: 'logged_out_everywhere', actorId: userId, userId, network, details })
  }

  /** The sessions of the caller's account, the one last used first. */
  async list({ id, session_id }: Holder): Promise<AccountSession[]> {
    const sessions = await listSessions(this.#db, id)
    return sessions.map((session) => ({ ...session, is_current: session.id === session_id }))
  }

  /** Ends one session of the caller's account, be it the caller's own; throws `not_found` when it is none of them. */
  async end({ id: userId }: Holder, sessionId: string, address: string): Promise<void> {
    const ended = await endSessions(this.#db, userId, { id: sessionId })
    if (ended === 0) throw new AppError('not_found', 'This session has ended already')
    await this.#noteEnd(userId, ended, address)
  }

  /** Ends every session of the caller's account but the caller's own. */
  async endOthers({ id: userId, session_id }: Holder, address: string): Promise<void> {
    const ended = await endSessions(this.#db, userId, { but: session_id })
    if (ended > 0) await this.#noteEnd(userId, ended, address)
  }

  #noteEnd(userId: number, sessions: number, address: string): Promise<void> {
    const network = toNetwork(address)
    return insertAudit(this.#db, { action: 'sessions_ended', actorId: userId, userId, network, details: { sessions } })
  }
}
