import type { TLSSocket } from 'node:tls'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLoopbackName } from './hosts.ts'
import { isOwnOrigin } from './origin.ts'

const plainName = 'cryptoflow_refresh'
const boundName = `__Host-${plainName}`

/**
 * May a browser keep a Secure cookie of ours? Over HTTPS, be it that a proxy speaks it, and on this very machine. A page
 * of our own says by its origin how it was fetched.
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

const toName = (request: FastifyRequest): string => (isSecure(request) ? boundName : plainName)

/** The refresh token that a browser sent; undefined when it sent none. */
export function readRefreshCookie(request: FastifyRequest): string | undefined {
  const start = `${toName(request)}=`
  for (const part of (request.headers.cookie ?? '').split(';'))
    if (part.trim().startsWith(start)) return part.trim().slice(start.length)
  return undefined
}

/** Gives the browser a refresh token that no script can read and no other site can send; empty: takes it away. */
export function writeRefreshCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { refreshToken, secondsLeft }: { refreshToken: string; secondsLeft: number },
): void {
  const secure = isSecure(request) ? '; Secure' : ''
  reply.header(
    'set-cookie',
    `${toName(request)}=${refreshToken}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${secondsLeft}${secure}`,
  )
}

export const clearRefreshCookie = (request: FastifyRequest, reply: FastifyReply): void =>
  writeRefreshCookie(request, reply, { refreshToken: '', secondsLeft: 0 })
