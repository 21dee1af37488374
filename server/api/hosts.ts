import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'

const loopbackName = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/
const loopbackAddress = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/
const forwardedHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']

/** The names by which we may be asked for; null: any. */
export type AllowedHosts = readonly string[] | null

/** Does the name lead to this machine whoever answers for names? */
export const isLoopbackName = (hostname: string): boolean => loopbackName.test(hostname)

const isAddress = (hostname: string): boolean => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0

/** Those named, or else, where only this machine is listened to, its own names; null: any name. */
export function toAllowedHosts({ named, bind }: { named: readonly string[]; bind: string | null }): AllowedHosts {
  if (named.length > 0) return named
  return bind !== null && (bind === 'localhost' || loopbackAddress.test(bind)) ? [] : null
}

/**
 * May a page have asked for us by this host? A page of another name that its owner lets lead to our address would be of
 * our own origin; an address, and the names of loopback, nobody else can let lead anywhere.
 */
export function isAllowedHost(host: string, allowed: AllowedHosts): boolean {
  if (allowed === null) return true
  const hostname = URL.parse(`http://${host}`)?.hostname ?? ''
  return isLoopbackName(hostname) || isAddress(hostname) || allowed.includes(hostname)
}

/** Refuses requests for names that are not ours. */
export function refuseForeignHosts(app: FastifyInstance, allowed: AllowedHosts): void {
  if (allowed === null) return
  app.addHook('onRequest', async ({ host }: FastifyRequest) => {
    if (!isAllowedHost(host, allowed))
      throw new AppError('forbidden', 'Host not allowed: ALLOWED_HOSTS names those by which this server is reached')
  })
}

/** Does the request come from this very machine, through no proxy, and by no foreign name? */
export function isFromThisMachine({ socket, headers, hostname }: FastifyRequest): boolean {
  const { remoteAddress = '', localAddress } = socket
  return (
    (loopbackAddress.test(remoteAddress) || remoteAddress === localAddress) &&
    forwardedHeaders.every((name) => headers[name] === undefined) &&
    (isLoopbackName(hostname) || isAddress(hostname))
  )
}
