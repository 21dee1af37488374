import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { compactProtocol } from '../../contract/compact-prices.ts'
import { serveClient } from '../live/client.ts'
import type { Hub } from '../live/hub.ts'
import { TaskQueue } from '../live/task-queue.ts'
import type { ConnectionLimiter } from './connection-limiter.ts'
import { type AllowedHosts, isAllowedHost } from './hosts.ts'
import { isOwnOrigin } from './origin.ts'
import type { ApiAccess } from './plugins/api-access.ts'
import { Proxies } from './proxies.ts'

const path = '/api/v1/ws/prices'
const goingAway = 1012
const closeSpreadMs = 2000
const closeTimeoutMs = 2500
const maxFragments = 64

type SocketOptions = {
  origins: readonly string[]
  limiter: ConnectionLimiter
  proxies?: Proxies
  allowedHosts?: AllowedHosts
  /** Who may read. Absent or null: everyone. */
  access?: ApiAccess | null
}

/** Pages may connect from this origin and from CORS_ORIGINS. Programs send no Origin. */
function isAllowed(
  { headers: { origin } }: IncomingMessage,
  host: string,
  { origins, allowedHosts }: SocketOptions,
): boolean {
  if (!isAllowedHost(host, allowedHosts ?? null)) return false
  return origin === undefined || origins.includes(origin) || isOwnOrigin(origin, host)
}

/** Compression of each message by itself, so that clients can share compressed messages. */
const stateless = { serverNoContextTakeover: true, clientNoContextTakeover: true }

const offersCompact = ({ headers }: IncomingMessage): boolean =>
  (headers['sec-websocket-protocol'] ?? '').split(',').some((name) => name.trim() === compactProtocol)

const reject = (socket: Duplex, status: string): void => {
  const text = `HTTP/1.1 ${status}\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n`
  socket.end(text, () => socket.destroy())
}

/**
 * Serves `WS /api/v1/ws/prices` on an HTTP server. Answers 503 when a limit is reached and 403 for a foreign origin.
 * `close` sends every client 1012 (service restart), spread over 2 s to spread their reconnects.
 */
export function servePrices(server: Server, hub: Hub, options: SocketOptions): { close(): Promise<void> } {
  const { limiter, proxies = new Proxies([]), access = null } = options
  const shared = { noServer: true, maxPayload: limiter.limits.messageBytes, maxFragments, closeTimeout: closeTimeoutMs }
  const plain = new WebSocketServer({ ...shared, perMessageDeflate: false })
  const compact = new WebSocketServer({
    ...shared,
    perMessageDeflate: stateless,
    handleProtocols: () => compactProtocol,
  })
  let closing = false
  const tasks = new TaskQueue()
  const accept = (socket: WebSocket, raw: Duplex, address: string) => {
    socket.on('close', limiter.acquire(address))
    serveClient({ socket, raw, tasks }, hub, limiter.limits)
  }
  const mayRead = async (request: IncomingMessage): Promise<boolean> => {
    const hostname = URL.parse(`http://${proxies.hostOf(request)}`)?.hostname ?? ''
    return access === null || access.mayRead({ headers: request.headers, socket: request.socket, hostname })
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const sockets = offersCompact(request) ? compact : plain
    sockets.handleUpgrade(request, socket, head, (ws) => accept(ws, socket, proxies.addressOf(request)))
  }
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const address = proxies.addressOf(request)
    if (request.url?.split('?')[0] !== path) reject(socket, '404 Not Found')
    else if (!isAllowed(request, proxies.hostOf(request), options)) reject(socket, '403 Forbidden')
    else if (closing || !limiter.hasCapacity(address)) reject(socket, '503 Service Unavailable')
    else if (access === null || access.policy === 'open') upgrade(request, socket, head)
    else
      mayRead(request).then(
        (may) => (may ? upgrade(request, socket, head) : reject(socket, '401 Unauthorized')),
        () => reject(socket, '503 Service Unavailable'),
      )
  })
  return {
    close: async () => {
      closing = true
      const clients = [...plain.clients, ...compact.clients]
      const pauseMs = closeSpreadMs / Math.max(clients.length, 1)
      await Promise.all(clients.map((socket, index) => closeGracefully(socket, index * pauseMs)))
    },
  }
}

/** Closes a socket with a close frame. `closeTimeout` ends one that doesn't answer. */
const closeGracefully = (socket: WebSocket, afterMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) return resolve()
    socket.once('close', () => resolve())
    setTimeout(() => socket.close(goingAway, 'server restart'), afterMs)
  })
