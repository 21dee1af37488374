import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { SessionProof, Sessions } from '../../accounts/sessions.ts'
import { AppError } from '../../errors.ts'
import type { Caller } from '../../warehouse/sessions.ts'
import { readSessionCookie } from '../session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The account that makes the request; null on a route without authentication. */
    caller: Caller | null
  }
}

const bearerForm = /^Bearer (\S+)$/i

type Hook = (request: FastifyRequest) => Promise<void>

/** Hooks for `onRequest`, which run before a body is read. */
export type Authentication = {
  /** Sets `request.caller` by the bearer token, or else by the session cookie; 401 without a session. */
  authenticate: Hook
  /** As `authenticate`, and 403 unless the caller is an administrator. */
  requireAdmin: Hook
}

/** Documents that a route needs a session. */
export const signedIn = { security: [{ bearer: [] }, { cookie: [] }] }

/** The bearer token of a request; undefined when it has none, such as with the Basic scheme of a proxy. */
export const readBearerToken = ({ headers }: FastifyRequest): string | undefined =>
  bearerForm.exec(headers.authorization ?? '')?.[1]

function readProof(request: FastifyRequest): SessionProof {
  const bearer = readBearerToken(request)
  const token = bearer ?? readSessionCookie(request)
  if (token === undefined)
    throw new AppError('unauthorized', 'Sign in first: send the session cookie, or `Authorization: Bearer <token>`')
  return { token, byCookie: bearer === undefined }
}

/** Creates the hooks; once per server. */
export async function createAuthentication(app: FastifyInstance, sessions: Sessions): Promise<Authentication> {
  await app.register(cookie, { hook: false })
  app.decorateRequest('caller', null)
  const authenticate: Hook = async (request) => {
    request.caller = await sessions.authenticate(readProof(request))
  }
  const requireAdmin: Hook = async (request) => {
    await authenticate(request)
    if (request.caller?.role !== 'administrator') throw new AppError('forbidden', 'Only an administrator may do this')
  }
  return { authenticate, requireAdmin }
}

/** The account that makes a request on a route with one of the hooks. */
export function getCaller({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('a route reads its caller without an authentication hook')
  return caller
}
