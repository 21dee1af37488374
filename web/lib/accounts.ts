import type { Account, AccountSessions, AuditList, AuditQuery, Registration } from '@contract/accounts.ts'
import type { ApiKeys, CreatedApiKey, NewApiKey } from '@contract/api-keys.ts'
import type { SqlResult, SqlViews } from '@contract/sql.ts'
import { readAnswer, request, toJsonRequest } from './api'
import { authorizedFetch } from './session'

const root = '/api/v1/auth'

export const registerAccount = async (registration: Registration): Promise<Account> =>
  readAnswer(await request(`${root}/register`, toJsonRequest('POST', registration)))

const post = async (path: string, body: unknown): Promise<void> =>
  readAnswer(await request(`${root}/${path}`, toJsonRequest('POST', body)))

/** Sends a link that resets the password, if the email has an account. */
export const requestReset = (email: string): Promise<void> => post('forgot-password', { email })

/** Sets a new password by the token of a link. */
export const resetPassword = (token: string, password: string): Promise<void> =>
  post('reset-password', { token, new_password: password })

/** Confirms an email by the token of a link. */
export const verifyEmail = (token: string): Promise<void> => post('verify-email', { token })

export const fetchSessions = async (): Promise<AccountSessions> => readAnswer(await authorizedFetch(`${root}/sessions`))

/** Ends one session; succeeds when it has already ended. */
export async function endSession(id: string): Promise<void> {
  const response = await authorizedFetch(`${root}/sessions/${id}`, { method: 'DELETE' })
  if (response.status !== 404) await readAnswer(response)
}

export const endOtherSessions = async (): Promise<void> =>
  readAnswer(await authorizedFetch(`${root}/sessions`, { method: 'DELETE' }))

export const fetchApiKeys = async (): Promise<ApiKeys> => readAnswer(await authorizedFetch(`${root}/keys`))

export const createApiKey = async (key: NewApiKey): Promise<CreatedApiKey> =>
  readAnswer(await authorizedFetch(`${root}/keys`, toJsonRequest('POST', key)))

/** Revokes a key; succeeds when it is already revoked. */
export async function revokeApiKey(id: string): Promise<void> {
  const response = await authorizedFetch(`${root}/keys/${id}`, { method: 'DELETE' })
  if (response.status !== 404) await readAnswer(response)
}

/** The views for SQL; for administrators. */
export const fetchSqlViews = async (): Promise<SqlViews> => readAnswer(await authorizedFetch('/api/v1/sql/views'))

/** Runs one read-only statement; for administrators. */
export const runSql = async (query: string): Promise<SqlResult> =>
  readAnswer(await authorizedFetch('/api/v1/sql', toJsonRequest('POST', { query })))

/** A page of the audit log; for administrators. */
export async function fetchAudit({ page, per_page, action }: AuditQuery): Promise<AuditList> {
  const query = new URLSearchParams({ page: `${page}`, per_page: `${per_page}`, ...(action && { action }) })
  return readAnswer(await authorizedFetch(`/api/v1/audit?${query}`))
}
