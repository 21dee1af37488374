import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isApiKey } from '../../accounts/api-keys.ts'
import type { SessionProof, Sessions } from '../../accounts/sessions.ts'
import { AppError } from '../../errors.ts'
import type { Caller } from '../../warehouse/sessions.ts'
import { readSessionCookie } from '../session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The account of the caller. Null on a route without authentication. */
    caller: Caller | null
  }
}

const bearerForm = /^Bearer (\S+)$/i

type Hook = (request: FastifyRequest) => Promise<void>

/** `onRequest` hooks. They run before the body is read. */
export type Authentication = {
  /** Sets `request.caller` from the bearer token or the session cookie. 401 without a session. */
  authenticate: Hook
  /** Like `authenticate`. 403 unless the caller is an administrator. */
  requireAdmin: Hook
}

/** Documents that a route needs a session. */
export const signedIn = { security: [{ bearer: [] }, { cookie: [] }] }

/** The bearer token of a request. Undefined for other schemes, such as the Basic scheme of a proxy. */
export const readBearerToken = ({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined =>
  bearerForm.exec(headers.authorization ?? '')?.[1]

function readProof(request: FastifyRequest): SessionProof {
  const bearer = readBearerToken(request)
  if (bearer !== undefined && isApiKey(bearer))
    throw new AppError('forbidden', "API keys don't open this route. Sign in instead.")
  const token = bearer ?? readSessionCookie(request)
  if (token === undefined)
    throw new AppError('unauthorized', 'Not signed in. Send the session cookie or `Authorization: Bearer <token>`.')
  return { token, byCookie: bearer === undefined }
}

/** Creates the hooks. Call it once per server. */
export async function createAuthentication(app: FastifyInstance, sessions: Sessions): Promise<Authentication> {
  await app.register(cookie, { hook: false })
  app.decorateRequest('caller', null)
  const authenticate: Hook = async (request) => {
    request.caller = await sessions.authenticate(readProof(request))
  }
  const requireAdmin: Hook = async (request) => {
    await authenticate(request)
    if (request.caller?.role !== 'administrator') throw new AppError('forbidden', 'Administrators only.')
  }
  return { authenticate, requireAdmin }
}

/** The caller of a route with one of the hooks. */
export function getCaller({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('the route has no authentication hook')
  return caller
}
