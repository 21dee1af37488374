import type { AccessToken, Account, Credentials, PasswordChange } from '@contract/accounts.ts'
import { ApiError, readAnswer, toJsonRequest } from './api.ts'

/** Who is signed in. The access token lives here alone, never in a storage. */
export type Session = Pick<Account, 'id' | 'email' | 'full_name' | 'role' | 'created_at'> & { accessToken: string }

/** `ended`: there was a session, and the server has ended it. */
export type SessionState =
  | { status: 'unknown'; session: null }
  | { status: 'signed_in'; session: Session }
  | { status: 'signed_out'; session: null; ended: boolean }

/** What the tabs of a browser tell each other. */
export type SessionNews = { session: Session; until: number } | { session: null; ended: boolean }

/** What the store reaches the world by. */
export type SessionDoors = {
  /** Rejects with an `ApiError` when there is no answer. */
  send(path: string, init: RequestInit): Promise<Response>
  /** Runs one such work at a time over all tabs of the browser. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  tell(news: SessionNews): void
  /** Is there a session as far as can be told without asking? It spares those without one a refused request. */
  hint: { has(): boolean; set(signedIn: boolean): void }
  now(): number
  /** Calls back after `ms`; returns what calls it off. */
  after(ms: number, call: () => void): () => void
}

const root = '/api/v1/auth'
/** An access token that ends sooner than this is renewed before it is used. */
const shortMs = 5000
const earlyMs = 60_000
const spreadMs = 15_000
const retryMs = 5000
const refused: readonly number[] = [401, 403]

const unknown: SessionState = { status: 'unknown', session: null }
const signedOut = (ended: boolean): SessionState => ({ status: 'signed_out', session: null, ended })

const withToken = (init: RequestInit, token: string): RequestInit => ({
  ...init,
  headers: { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${token}` },
})

const noSession = (): ApiError => new ApiError('Your session has ended: sign in again.', { status: 401 })

/**
 * The session of this page. It is renewed by the refresh cookie before its access token ends, by one tab for all, and
 * after a 401 once.
 */
export class SessionStore {
  readonly #doors: SessionDoors
  readonly #readers = new Set<() => void>()
  #state: SessionState = unknown
  #until = 0
  #renewal: Promise<void> | undefined
  #leaving: Promise<void> | undefined
  readonly #underWay = new Set<Promise<unknown>>()
  #callOff = (): void => undefined

  constructor(doors: SessionDoors) {
    this.#doors = doors
  }

  /** Finds the session that the browser holds; returns what ends the store's own work. */
  start(): () => void {
    if (this.#state.status === 'signed_in') this.#plan()
    else if (this.#doors.hint.has()) this.#renewInTime()
    else this.#set(signedOut(false))
    return () => this.#callOff()
  }

  state = (): SessionState => this.#state

  subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  /** Resolves once it is known whether somebody is signed in. */
  settled = (): Promise<SessionState> =>
    new Promise((resolve) => {
      if (this.#state.status !== 'unknown') return resolve(this.#state)
      const stop = this.subscribe(() => {
        if (this.#state.status === 'unknown') return
        stop()
        resolve(this.#state)
      })
    })

  /** What another tab has told. */
  hear = (news: SessionNews): void => {
    if (news.session === null) return this.#leave(news.ended, false)
    this.#until = news.until
    this.#set({ status: 'signed_in', session: news.session })
    this.#plan()
  }

  signIn = (credentials: Credentials): Promise<void> =>
    this.#doors.exclusively(async () => {
      const response = await this.#doors.send(`${root}/login`, toJsonRequest('POST', credentials))
      await this.#adopt(await readAnswer<AccessToken>(response))
    })

  /**
   * Ends the session, once what was asked before has been answered; what is asked meanwhile waits. Throws, and leaves all
   * as it was, when the server does not answer.
   */
  signOut = (): Promise<void> => {
    this.#leaving ??= this.#signOut().finally(() => {
      this.#leaving = undefined
    })
    return this.#leaving
  }

  #signOut(): Promise<void> {
    return this.#doors.exclusively(async () => {
      await Promise.allSettled(this.#underWay)
      const init = { method: 'POST' }
      const { session } = this.#state
      const sent = this.#doors.send(`${root}/logout`, session === null ? init : withToken(init, session.accessToken))
      await readAnswer(await sent)
      this.#leave(false, true)
    })
  }

  /** Sets another password: the server ends every session of the account and opens a new one here. */
  changePassword = (change: PasswordChange): Promise<void> =>
    this.#alone(async (token) => {
      const init = withToken(toJsonRequest('PUT', change), token)
      await this.#adopt(await readAnswer<AccessToken>(await this.#doors.send(`${root}/password`, init)))
    })

  /** Deletes the account, and with it the session. */
  deleteAccount = (password: string): Promise<void> =>
    this.#alone(async (token) => {
      const init = withToken(toJsonRequest('DELETE', { password }), token)
      await readAnswer(await this.#doors.send(`${root}/me`, init))
      this.#leave(false, true)
    })

  /** Does what changes the refresh cookie, with an access token that is good, while no tab refreshes. */
  async #alone(work: (token: string) => Promise<void>): Promise<void> {
    const token = await this.#token()
    await this.#doors.exclusively(() => work(this.#state.session?.accessToken ?? token))
  }

  /** Takes an access token that the server has given, and learns whom it speaks for. */
  async #adopt({ access_token: accessToken, expires_in }: AccessToken): Promise<void> {
    const until = this.#doors.now() + expires_in * 1000
    const account = await readAnswer<Account>(await this.#doors.send(`${root}/me`, withToken({}, accessToken)))
    const { id, email, full_name, role, created_at } = account
    const session = { id, email, full_name, role, created_at, accessToken }
    this.hear({ session, until })
    this.#doors.hint.set(true)
    this.#doors.tell({ session, until })
  }

  /**
   * Sends a request as whoever is signed in. A 401 leads to one renewal and one more try. Throws an `ApiError` of status
   * 401 when nobody is signed in (any more).
   */
  fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    if (this.#leaving !== undefined) await this.#leaving.catch(() => undefined)
    const token = this.#goodToken() ?? (await this.#token())
    const response = await this.#send(path, init, token)
    if (response.status !== 401) return response
    if (this.#state.session?.accessToken === token) await this.#renew()
    return this.#send(path, init, await this.#token())
  }

  #send(path: string, init: RequestInit, token: string): Promise<Response> {
    const sent = this.#doors.send(path, withToken(init, token))
    const end = () => void this.#underWay.delete(sent)
    this.#underWay.add(sent)
    sent.then(end, end)
    return sent
  }

  #goodToken(): string | undefined {
    return this.#until - this.#doors.now() < shortMs ? undefined : this.#state.session?.accessToken
  }

  async #token(): Promise<string> {
    const isShort = this.#state.session !== null && this.#goodToken() === undefined
    if (this.#state.status === 'unknown' ? this.#doors.hint.has() : isShort) await this.#renew()
    if (this.#state.session === null) throw noSession()
    return this.#state.session.accessToken
  }

  #renew(): Promise<void> {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  #renewOnce(): Promise<void> {
    const before = this.#state
    return this.#doors.exclusively(async () => {
      const { status, session } = this.#state
      if (session !== null && session.accessToken !== before.session?.accessToken) return
      if (status === 'signed_out') throw noSession()
      const response = await this.#doors.send(`${root}/refresh`, { method: 'POST' })
      if (refused.includes(response.status)) {
        this.#leave(true, true)
        throw noSession()
      }
      await this.#adopt(await readAnswer<AccessToken>(response))
    })
  }

  #renewInTime(): void {
    this.#renew().catch(() => {
      if (this.#state.status === 'signed_out') return
      this.#callOff()
      this.#callOff = this.#doors.after(retryMs, () => this.#renewInTime())
    })
  }

  #plan(): void {
    this.#callOff()
    const early = earlyMs + Math.random() * spreadMs
    const wait = Math.max(0, this.#until - this.#doors.now() - early)
    this.#callOff = this.#doors.after(wait, () => this.#renewInTime())
  }

  #leave(ended: boolean, tell: boolean): void {
    this.#callOff()
    this.#set(signedOut(ended))
    if (!tell) return
    this.#doors.hint.set(false)
    this.#doors.tell({ session: null, ended })
  }

  #set(state: SessionState): void {
    this.#state = state
    for (const reader of [...this.#readers]) reader()
  }
}
