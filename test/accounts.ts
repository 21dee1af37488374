import type { FastifyInstance, InjectOptions } from 'fastify'
import { Accounts, type AccountsOptions } from '../server/accounts/accounts.ts'
import { changeRole } from '../server/accounts/administration.ts'
import type { HashCost } from '../server/accounts/passwords.ts'
import type { ApiOptions } from '../server/api/server.ts'
import { createApi } from './api.ts'
import type { TestDatabase } from './database.ts'
import { createSending } from './notifications.ts'

/** A weak hash for tests that do not measure its cost. */
export const cheap: HashCost = { memory: 64, passes: 1, parallelism: 1 }

const testSecret = 'kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe'
export const goodPassword = 'a fine day at the lake'

/** An API process with accounts over a warehouse. */
export const createAccountsApi = (
  { db }: Pick<TestDatabase, 'db'>,
  options: Partial<AccountsOptions> = {},
  api: Partial<ApiOptions> = {},
): Promise<FastifyInstance> =>
  createApi(db, {
    accounts: new Accounts({ db, secret: testSecret, cost: cheap, ...options }),
    channels: createSending(db).channels,
    ...api,
  })

export type Answer = {
  status: number
  body: Record<string, never> & { access_token: string; detail: string; id: number; role: string }
  headers: Record<string, string | string[] | number | undefined>
  /** The session cookie that was set, as the browser sends it back. */
  cookie: string
}

type Call = {
  as?: Session | string
  body?: unknown
  cookie?: string
  headers?: Record<string, string>
  address?: string
}

/** One request to `/api/v1`. */
export async function call(app: FastifyInstance, route: string, options: Call = {}): Promise<Answer> {
  const [method = 'GET', url = ''] = route.split(' ')
  const token = typeof options.as === 'object' ? options.as.token : options.as
  const answer = await app.inject({
    method: method as 'GET',
    url: `/api/v1${url}`,
    remoteAddress: options.address ?? '192.0.2.1',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { payload: options.body as InjectOptions['payload'] & object }),
  })
  const set = answer.headers['set-cookie']
  return {
    status: answer.statusCode,
    body: JSON.parse(answer.body.startsWith('{') ? answer.body : '{}'),
    headers: answer.headers,
    cookie: typeof set === 'string' ? (set.split(';')[0] ?? '') : '',
  }
}

export type Session = { email: string; id: number; token: string; cookie: string }

let people = 0

/** Registers a new account and signs it in. */
export async function signUp(
  app: FastifyInstance,
  { db, role = 'user' }: { db?: TestDatabase['db']; role?: 'user' | 'administrator' } = {},
): Promise<Session> {
  people += 1
  const email = `person-${people}@example.org`
  const address = `198.51.100.${people % 250}`
  const body = { email, password: goodPassword }
  const { id } = (await call(app, 'POST /auth/register', { body, address })).body
  if (role === 'administrator' && db !== undefined) await changeRole(db, email, role)
  return signIn(app, { email, id, address })
}

export async function signIn(
  app: FastifyInstance,
  { email, id, address = '192.0.2.1' }: { email: string; id: number; address?: string },
): Promise<Session> {
  const { body, cookie } = await call(app, 'POST /auth/login', { body: { email, password: goodPassword }, address })
  return { email, id, token: body.access_token, cookie }
}
