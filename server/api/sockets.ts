import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { serveClient } from '../live/client.ts'
import type { Hub } from '../live/hub.ts'

const path = '/api/v1/ws/prices'
const maxFrameBytes = 4096
const goingAway = 1012

/** A page may read the stream from our own origin and from those in CORS_ORIGINS; programs send no Origin. */
function isWelcome(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers
  return origin === undefined || origins.includes(origin) || URL.parse(origin)?.host === host
}

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Serves `WS /api/v1/ws/prices` on an HTTP server. `close` ends every socket. */
export function servePrices(server: Server, hub: Hub, origins: readonly string[]): { close(): void } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    clientTracking: true,
  })
  sockets.on('connection', (socket) => serveClient(socket, hub))
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== path) refuse(socket, '404 Not Found')
    else if (!isWelcome(request, origins)) refuse(socket, '403 Forbidden')
    else sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit('connection', ws, request))
  })
  return {
    close: () => {
      for (const socket of sockets.clients) {
        socket.close(goingAway, 'server stops')
        socket.terminate()
      }
    },
  }
}
