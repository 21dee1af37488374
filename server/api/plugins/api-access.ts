import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiKeyScope } from '../../../contract/api-keys.ts'
import type { Accounts } from '../../accounts/accounts.ts'
import { hasScope, isApiKey } from '../../accounts/api-keys.ts'
import { AppError } from '../../errors.ts'
import type { KeyCaller } from '../../warehouse/api-keys.ts'
import { isFromThisMachine } from '../hosts.ts'
import { isSessionCookie } from '../session-cookie.ts'
import { type Authentication, getCaller, readBearerToken } from './authentication.ts'
import { limitBy } from './rate-limits.ts'

/** Who may read without an account: everyone, or only API keys and sessions. */
export type AccessPolicy = 'open' | 'keys'

declare module 'fastify' {
  interface FastifyRequest {
    /** The API key of the request. Null: none was sent. */
    apiKey: KeyCaller | null
  }
}

type Hook = (request: FastifyRequest) => Promise<void>

/** The parts of a request that tell who sent it, also of a WebSocket upgrade. */
type Sender = { headers: IncomingHttpHeaders; socket: Socket; hostname: string }

export type ApiAccess = {
  policy: AccessPolicy
  /**
   * Checks that the caller may use `scope`: by the API key of the request, or without one by the policy. `given`: a key
   * sent another way, such as in `x-cg-demo-api-key`. While reads are open, a text that is not a key of CryptoFlow is
   * ignored there. Throws `unauthorized`, `forbidden` or `rate_limited`.
   */
  check(request: FastifyRequest, scope: ApiKeyScope, given?: string): Promise<void>
  /** An `onRequest` hook that runs `check`. */
  allow(scope: ApiKeyScope): Hook
  /** An `onRequest` hook for administrators, and for keys of administrators with the scope. */
  allowAdmin(scope: ApiKeyScope): Hook
  /** May a sender without a Fastify request read? */
  mayRead(sender: Sender): Promise<boolean>
}

/** Documents that a route needs an administrator or a key with a scope. */
export const adminOrKey = { security: [{ bearer: [] }, { cookie: [] }, { api_key: [] }] }

const readKey = (headers: IncomingHttpHeaders): string | undefined => {
  const given = headers['x-api-key']
  if (typeof given === 'string' && given !== '') return given
  const bearer = readBearerToken({ headers })
  return bearer !== undefined && isApiKey(bearer) ? bearer : undefined
}

/** The account behind a request that passed `allowAdmin`. */
export const getActorId = (request: FastifyRequest): number => request.apiKey?.owner.id ?? getCaller(request).id

const publicPages =
  /^\/(sign-in|register|forgot-password|reset-password|verify-email)(\?|$)|^\/_next\/static\/|^\/[\w.-]+\.(ico|png|svg|webmanifest)$/

/** Where a visitor signs in before a page. Undefined: the page may be shown. */
export async function toSignIn(request: FastifyRequest, { policy, mayRead }: ApiAccess): Promise<string | undefined> {
  if (policy === 'open' || publicPages.test(request.url) || (await mayRead(request))) return undefined
  return `/sign-in?next=${encodeURIComponent(request.url)}`
}

type ReadOptions = { scope?: ApiKeyScope; readGiven?: (request: FastifyRequest) => string | undefined }

/**
 * Checks each request of the routes with market data. Responses that need a key or a session are not kept by others.
 * `readGiven`: a key that is sent another way.
 */
export function checkReads(
  app: FastifyInstance,
  access: ApiAccess | null,
  { scope = 'read', readGiven }: ReadOptions = {},
): void {
  if (access === null) return
  app.addHook('onRequest', (request) => access.check(request, scope, readGiven?.(request)))
  if (access.policy === 'open') return
  app.addHook('onSend', async (_request, reply) => {
    const kept = reply.getHeader('cache-control')
    if (typeof kept === 'string') reply.header('cache-control', kept.replace('public', 'private'))
  })
}

type Options = { policy: AccessPolicy; accounts: Accounts; auth: Authentication }

/** Creates the checks. Call it once per server, after the rate limits. */
export function createApiAccess(app: FastifyInstance, { policy, accounts, auth }: Options): ApiAccess {
  app.decorateRequest('apiKey', null)
  const countKey = limitBy(app, {
    max: ({ apiKey }) => apiKey?.requests_per_minute ?? Number.MAX_SAFE_INTEGER,
    keyGenerator: ({ apiKey }) => apiKey?.id ?? '',
  })

  const acceptKey = async (request: FastifyRequest, text: string, scope: ApiKeyScope): Promise<void> => {
    const key = await accounts.keys.find(text)
    request.apiKey = key
    if (key.requests_per_minute !== null) await countKey(request)
    if (!hasScope(key, scope))
      throw new AppError('forbidden', `This API key lacks the scope ${scope}. Create one that has it.`)
  }

  const hasSession = async ({ headers }: Pick<Sender, 'headers'>): Promise<boolean> => {
    const cookies = Object.entries(app.parseCookie(headers.cookie ?? '')).filter(([name]) => isSessionCookie(name))
    const token = readBearerToken({ headers }) ?? cookies[0]?.[1]
    if (token === undefined) return false
    const isOpen = await accounts.sessions.authenticate({ token, byCookie: false }).catch((error) => {
      if (error instanceof AppError && error.code === 'unauthorized') return undefined
      throw error
    })
    return isOpen !== undefined
  }

  const isOpenTo = async (sender: Sender): Promise<boolean> =>
    policy === 'open' || isFromThisMachine(sender) || (await hasSession(sender))

  const check: ApiAccess['check'] = async (request, scope, given) => {
    const counts = given !== undefined && (policy === 'keys' || isApiKey(given))
    const text = counts ? given : readKey(request.headers)
    if (text !== undefined) return acceptKey(request, text, scope)
    if (!(await isOpenTo(request)))
      throw new AppError('unauthorized', 'Send an API key: `Authorization: Bearer cf_...` or `x-api-key`. Or sign in.')
  }
  return {
    policy,
    check,
    allow: (scope) => (request) => check(request, scope),
    allowAdmin: (scope) => async (request) => {
      const text = readKey(request.headers)
      if (text === undefined) return auth.requireAdmin(request)
      return acceptKey(request, text, scope)
    },
    mayRead: async (sender) => {
      const text = readKey(sender.headers)
      if (text === undefined) return isOpenTo(sender)
      const key = await accounts.keys.find(text).catch(() => undefined)
      return key !== undefined && hasScope(key, 'read')
    },
  }
}
