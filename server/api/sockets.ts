import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { serveClient } from '../live/client.ts'
import type { Hub } from '../live/hub.ts'
import { Turns } from '../live/turns.ts'
import { type AllowedHosts, isAllowedHost } from './hosts.ts'
import type { Occupancy } from './occupancy.ts'
import { isOwnOrigin } from './origin.ts'
import { Proxies } from './proxies.ts'

const path = '/api/v1/ws/prices'
const goingAway = 1012
const goodbyeMs = 2000
const closeTimeoutMs = 2500
const maxFragments = 64

type Door = { origins: readonly string[]; occupancy: Occupancy; proxies?: Proxies; allowedHosts?: AllowedHosts }

/** A page may read the stream from our own origin and from those in CORS_ORIGINS; programs send no Origin. */
function isWelcome({ headers: { origin } }: IncomingMessage, host: string, { origins, allowedHosts }: Door): boolean {
  if (!isAllowedHost(host, allowedHosts ?? null)) return false
  return origin === undefined || origins.includes(origin) || isOwnOrigin(origin, host)
}

const refuse = (socket: Duplex, status: string): void => {
  const text = `HTTP/1.1 ${status}\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n`
  socket.end(text, () => socket.destroy())
}

/**
 * Serves `WS /api/v1/ws/prices` on an HTTP server, within its limits: 503 when it is full, 403 for a page of another
 * origin. `close` tells every reader to come back (1012), spread over 2 s so that they do not return at once.
 */
export function servePrices(server: Server, hub: Hub, door: Door): { close(): Promise<void> } {
  const { occupancy, proxies = new Proxies([]) } = door
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: occupancy.limits.messageBytes,
    perMessageDeflate: false,
    clientTracking: true,
    maxFragments,
    ...{ closeTimeout: closeTimeoutMs },
  })
  let closing = false
  const turns = new Turns()
  const welcome = (socket: WebSocket, raw: Duplex, address: string) => {
    socket.on('close', occupancy.enter(address))
    serveClient({ socket, raw, turns }, hub, occupancy.limits)
  }
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const address = proxies.addressOf(request)
    if (request.url?.split('?')[0] !== path) refuse(socket, '404 Not Found')
    else if (!isWelcome(request, proxies.hostOf(request), door)) refuse(socket, '403 Forbidden')
    else if (closing || !occupancy.hasRoom(address)) refuse(socket, '503 Service Unavailable')
    else sockets.handleUpgrade(request, socket, head, (ws) => welcome(ws, socket, address))
  })
  return {
    close: async () => {
      closing = true
      const clients = [...sockets.clients]
      const pauseMs = goodbyeMs / Math.max(clients.length, 1)
      await Promise.all(clients.map((socket, index) => sayGoodbye(socket, index * pauseMs)))
    },
  }
}

/** Closes a socket in order; one that does not answer is gone soon after. */
const sayGoodbye = (socket: WebSocket, afterMs: number): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) return resolve()
    socket.once('close', () => resolve())
    setTimeout(() => socket.close(goingAway, 'server stops'), afterMs)
  })
