import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'

/** Reads the X-Forwarded headers of trusted proxies for HTTP requests and WebSocket upgrades, which bypass Fastify. */
export class Proxies {
  readonly isTrusted: (address: string, hop: number) => boolean

  /** Addresses and networks, such as `10.0.0.0/8`. */
  constructor(trusted: readonly string[]) {
    this.isTrusted = proxyAddr.compile([...trusted])
  }

  /** The address of the client: the last hop before the trusted proxies. */
  addressOf(request: IncomingMessage): string {
    return proxyAddr(request, this.isTrusted)
  }

  /** The host in the client's request. */
  hostOf({ socket, headers }: IncomingMessage): string {
    const isForwarded = this.isTrusted(socket.remoteAddress ?? '', 0)
    const forwarded = isForwarded ? String(headers['x-forwarded-host'] ?? '') : ''
    return forwarded.split(',').at(-1)?.trim() || (headers.host ?? '')
  }
}
