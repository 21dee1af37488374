import type { TLSSocket } from 'node:tls'
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AccessToken } from '../../contract/accounts.ts'
import { maxSessionSeconds } from '../warehouse/sessions.ts'
import { isLoopbackName } from './hosts.ts'
import { isOwnOrigin } from './origin.ts'

const plainName = 'cryptoflow_session'
const hostName = `__Host-${plainName}`

/**
 * Does the browser accept a Secure cookie? True over HTTPS, also through a proxy, and on loopback. The Origin of our
 * own pages shows the scheme.
 */
function isSecure({ headers, hostname, host, protocol, raw }: FastifyRequest): boolean {
  const { origin = '' } = headers
  if (origin.startsWith('https://') && isOwnOrigin(origin, host)) return true
  const forwarded = String(headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    ?.trim()
  const encrypted = (raw.socket as Partial<TLSSocket>).encrypted === true
  return encrypted || protocol === 'https' || forwarded === 'https' || isLoopbackName(hostname)
}

function toCookie(request: FastifyRequest): { name: string; options: CookieSerializeOptions } {
  const secure = isSecure(request)
  return { name: secure ? hostName : plainName, options: { path: '/', httpOnly: true, sameSite: 'strict', secure } }
}

/** Does a cookie of this name hold a session token? */
export const isSessionCookie = (name: string): boolean => name === plainName || name === hostName

/** The session token in the cookie. Undefined: none. */
export const readSessionCookie = (request: FastifyRequest): string | undefined =>
  request.server.parseCookie(request.headers.cookie ?? '')[toCookie(request).name]

/** Sets the session cookie and returns the response body with the token. */
export function sendSession(request: FastifyRequest, reply: FastifyReply, session: AccessToken): AccessToken {
  const { name, options } = toCookie(request)
  reply.setCookie(name, session.access_token, { ...options, maxAge: maxSessionSeconds })
  return session
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  const { name, options } = toCookie(request)
  reply.setCookie(name, '', { ...options, maxAge: 0 })
}
