import type { Account, Credentials, PasswordChange } from '@contract/accounts.ts'
import { readAnswer, toJsonRequest } from './api.ts'

/** The signed-in account. The browser holds the session in a cookie that scripts cannot read. */
export type Session = Pick<Account, 'id' | 'email' | 'full_name' | 'role' | 'created_at'>

/** `ended`: the server ended the session, the user did not sign out. */
export type SessionState =
  | { status: 'unknown'; session: null }
  | { status: 'signed_in'; session: Session }
  | { status: 'signed_out'; session: null; ended: boolean }

export type SessionDeps = {
  /** Rejects with an `ApiError` when there is no answer. */
  send(path: string, init: RequestInit): Promise<Response>
  /** Makes the other tabs reload their session. */
  announce(): void
  /** Whether there may be a session, as far as is known without a request. */
  hint: { has(): boolean; set(signedIn: boolean): void }
}

const root = '/api/v1/auth'
const retryMs = 5000
const rejected: readonly number[] = [401, 403]

/** The session of this tab: loaded once, and again when another tab changes it or a request answers 401. */
export class SessionStore {
  readonly #deps: SessionDeps
  readonly #listeners = new Set<() => void>()
  #state: SessionState = { status: 'unknown', session: null }
  #loading: Promise<void> | undefined
  #isLeaving = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: SessionDeps) {
    this.#deps = deps
  }

  /** Loads the session; returns what stops the retries. */
  start(): () => void {
    this.reload()
    return () => clearTimeout(this.#timer)
  }

  state = (): SessionState => this.#state

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves once it is known whether there is a session. */
  settled = (): Promise<SessionState> =>
    new Promise((resolve) => {
      if (this.#state.status !== 'unknown') return resolve(this.#state)
      const stop = this.subscribe(() => {
        if (this.#state.status === 'unknown') return
        stop()
        resolve(this.#state)
      })
    })

  /** Loads the session if there may be one, and retries while the server does not answer. */
  reload = (): void => {
    clearTimeout(this.#timer)
    if (!this.#deps.hint.has()) return this.#leave(false)
    this.#load().catch(() => {
      this.#timer = setTimeout(this.reload, retryMs)
    })
  }

  #load(): Promise<void> {
    this.#loading ??= this.#loadOnce().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #loadOnce(): Promise<void> {
    const response = await this.#deps.send(`${root}/me`, {})
    if (this.#isLeaving) return
    if (rejected.includes(response.status)) return this.#leave(true)
    const { id, email, full_name, role, created_at } = await readAnswer<Account>(response)
    this.#set({ status: 'signed_in', session: { id, email, full_name, role, created_at } })
  }

  signIn = async (credentials: Credentials): Promise<void> => {
    await readAnswer(await this.#deps.send(`${root}/login`, toJsonRequest('POST', credentials)))
    await this.#enter()
    this.#deps.announce()
  }

  /** Changes the password: the server ends every session of the account and opens a new one here. */
  changePassword = async (change: PasswordChange): Promise<void> => {
    await readAnswer(await this.fetch(`${root}/password`, toJsonRequest('PUT', change)))
    await this.#enter()
  }

  /** Loads the session of a new cookie. A load that started with the old one does not count. */
  async #enter(): Promise<void> {
    await this.#loading?.catch(() => undefined)
    this.#deps.hint.set(true)
    await this.#load()
  }

  /** Ends the session. Throws, and changes nothing, when the server does not answer. */
  signOut = (): Promise<void> => this.#end('logout', { method: 'POST' })

  /** Deletes the account, and with it the session. */
  deleteAccount = (password: string): Promise<void> => this.#end('me', toJsonRequest('DELETE', { password }))

  async #end(path: string, init: RequestInit): Promise<void> {
    this.#isLeaving = true
    const sent = this.#deps.send(`${root}/${path}`, init)
    const response = await sent.finally(() => {
      this.#isLeaving = false
    })
    await this.#check(response)
    await readAnswer(response)
    this.#leave(false)
    this.#deps.announce()
  }

  /** Sends a request with the session cookie. A 401 loads the session again, because it may have ended. */
  fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await this.#deps.send(path, init)
    await this.#check(response)
    return response
  }

  async #check({ status }: Response): Promise<void> {
    if (status === 401 && this.#state.status !== 'signed_out') await this.#load().catch(() => undefined)
  }

  #leave(ended: boolean): void {
    this.#deps.hint.set(false)
    if (this.#state.status !== 'signed_out') this.#set({ status: 'signed_out', session: null, ended })
  }

  #set(state: SessionState): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }
}
