import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Accounts } from '../../accounts/accounts.ts'
import { AppError } from '../../errors.ts'
import type { Caller } from '../../warehouse/sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes the request; null on a route that does not ask. */
    caller: Caller | null
  }
}

const form = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i

type Hook = (request: FastifyRequest) => Promise<void>

/** Hooks for `onRequest`: they run before a body is read. */
export type Authentication = {
  /** Lets in whoever is signed in, and says who it is in `request.caller`; 401 for others. */
  authenticate: Hook
  /** As `authenticate`, and 403 for who is no administrator. */
  requireAdmin: Hook
}

/** What a route that asks for a sign-in tells in its documentation. */
export const signedIn = { security: [{ bearer: [] }] }

/** Makes the hooks; once per server. */
export function createAuthentication(app: FastifyInstance, accounts: Accounts): Authentication {
  app.decorateRequest('caller', null)
  const authenticate: Hook = async (request) => {
    const header = request.headers.authorization
    if (header === undefined) throw new AppError('unauthorized', 'Sign in first: this needs an access token')
    const [, token] = form.exec(header) ?? []
    if (token === undefined) throw new AppError('unauthorized', 'Invalid token: send `Authorization: Bearer <token>`')
    request.caller = await accounts.authenticate(token)
  }
  const requireAdmin: Hook = async (request) => {
    await authenticate(request)
    if (request.caller?.role !== 'administrator') throw new AppError('forbidden', 'Only an administrator may do this')
  }
  return { authenticate, requireAdmin }
}

/** Who makes a request on a route with one of the hooks. */
export function getCaller({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('a route reads its caller without a hook that finds it')
  return caller
}
