import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Server as SocketIo } from 'socket.io'
import { WebSocketServer } from 'ws'
import { ConnectionLimiter } from '../server/api/connection-limiter.ts'
import { servePrices } from '../server/api/sockets.ts'
import { systemClock } from '../server/clock.ts'
import { Hub } from '../server/live/hub.ts'
import { createPublisher } from '../test/publisher.ts'

const coins = 50

/** Three servers of the same messages: ours, a plain one that encodes per client, socket.io. */
type Broadcast = (prices: Record<string, number>) => void
const kinds: Record<string, (server: ReturnType<typeof createServer>) => Broadcast> = {
  ours: (server) => {
    const hub = new Hub(systemClock)
    hub.start()
    const limits = { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 }
    servePrices(server, hub, { origins: [], limiter: new ConnectionLimiter(limits) })
    const { publish } = createPublisher(hub)
    return (prices) => publish(prices)
  },
  plain: (server) => {
    const sockets = new WebSocketServer({ server, perMessageDeflate: false })
    let seq = 0
    return (prices) => {
      seq += 1
      for (const socket of sockets.clients)
        socket.send(JSON.stringify({ type: 'price_update', seq, ts: Date.now(), prices }))
    }
  },
  socketio: (server) => {
    const io = new SocketIo(server, { transports: ['websocket'] })
    let seq = 0
    return (prices) => {
      seq += 1
      io.emit('price_update', { type: 'price_update', seq, ts: Date.now(), prices })
    }
  },
}

if (kinds.ours !== undefined) kinds.compact = kinds.ours
const server = createServer()
const broadcast = kinds[process.argv[2] ?? '']?.(server)
if (broadcast === undefined) throw new Error(`Choose one of ${Object.keys(kinds).join(', ')}`)
const connections = new Set<Socket>()
server.on('connection', (socket) => {
  connections.add(socket)
  socket.on('close', () => connections.delete(socket))
})

const toUsage = () => {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  return { cpu_ms: (user + system) / 1000, rss: process.memoryUsage.rss() }
}

let round = 0
const send = () => {
  round += 1
  broadcast(Object.fromEntries(Array.from({ length: coins }, (_, index) => [`coin-${index}`, 100 + index / 7 + round])))
}

/** Sends one message at a time to all clients, as fast as they read, for `ms`. */
async function saturate(ms: number) {
  const before = process.cpuUsage()
  const rounds = round
  const started = performance.now()
  while (performance.now() - started < ms) {
    send()
    await new Promise(setImmediate)
    while ([...connections].some((socket) => socket.writableLength > 0)) await systemClock.sleep(1)
  }
  const { user, system } = process.cpuUsage(before)
  return { rounds: round - rounds, cpu_ms: (user + system) / 1000, wall_ms: performance.now() - started }
}

server.listen(0, '127.0.0.1', 20_000, () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', async (question: { saturateMs?: number }) => {
  const { saturateMs } = question
  process.send?.(saturateMs === undefined ? toUsage() : await saturate(saturateMs))
})
process.on('disconnect', () => process.exit())
