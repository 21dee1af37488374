import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

const loopbackName = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/
const loopbackAddress = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/
const forwardedHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']

/** Allowed host names of requests. Null: all. */
export type AllowedHosts = readonly string[] | null

/** Is this a loopback name, which no DNS server controls? */
export const isLoopbackName = (hostname: string): boolean => loopbackName.test(hostname)

const isAddress = (hostname: string): boolean => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0

/** The configured names. Without any: loopback names when bound to a loopback address, else any name. */
export function toAllowedHosts({ named, bind }: { named: readonly string[]; bind: string | null }): AllowedHosts {
  if (named.length > 0) return named
  return bind !== null && (bind === 'localhost' || loopbackAddress.test(bind)) ? [] : null
}

/**
 * Is a request for this host allowed? Prevents DNS rebinding: a foreign name that resolves to this server would share
 * its origin. Addresses and loopback names can't be rebound.
 */
export function isAllowedHost(host: string, allowed: AllowedHosts): boolean {
  if (allowed === null) return true
  const hostname = URL.parse(`http://${host}`)?.hostname ?? ''
  return isLoopbackName(hostname) || isAddress(hostname) || allowed.includes(hostname)
}

/** Rejects requests for other host names. */
export function checkHosts(app: FastifyInstance, allowed: AllowedHosts): void {
  if (allowed === null) return
  app.addHook('onRequest', async ({ host }: FastifyRequest) => {
    if (!isAllowedHost(host, allowed)) throw new AppError('forbidden', 'Host not allowed. Add it to ALLOWED_HOSTS.')
  })
}

/** Is this a direct request from this machine, by address or loopback name? */
export function isFromThisMachine({
  socket,
  headers,
  hostname,
}: Pick<FastifyRequest, 'socket' | 'headers' | 'hostname'>): boolean {
  const { remoteAddress = '', localAddress } = socket
  return (
    (loopbackAddress.test(remoteAddress) || remoteAddress === localAddress) &&
    forwardedHeaders.every((name) => headers[name] === undefined) &&
    (isLoopbackName(hostname) || isAddress(hostname))
  )
}
