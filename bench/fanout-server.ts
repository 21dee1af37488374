import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as SocketIo } from 'socket.io'
import { WebSocketServer } from 'ws'
import { Occupancy } from '../server/api/occupancy.ts'
import { servePrices } from '../server/api/sockets.ts'
import { systemClock } from '../server/clock.ts'
import { Hub } from '../server/live/hub.ts'

const coins = 50
const frameMs = 250

/** One of three servers of the same frames: ours, a plain one that encodes per client, socket.io. */
type Broadcast = (prices: Record<string, number>) => void
const kinds: Record<string, (server: ReturnType<typeof createServer>) => Broadcast> = {
  ours: (server) => {
    const hub = new Hub(systemClock)
    hub.start()
    const limits = { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 }
    servePrices(server, hub, { origins: [], occupancy: new Occupancy(limits) })
    let seq = 0
    return (prices) => {
      seq += 1
      const feed = { source: 'bench', last_price_at: Date.now(), sources: [] }
      hub.receive({ term: 1, seq, ts: Date.now(), full: false, prices, gone: [], feed })
    }
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

const server = createServer()
const broadcast = kinds[process.argv[2] ?? '']?.(server)
if (broadcast === undefined) throw new Error(`one of ${Object.keys(kinds).join(', ')}`)
let round = 0
setInterval(() => {
  round += 1
  broadcast(Object.fromEntries(Array.from({ length: coins }, (_, index) => [`coin-${index}`, 100 + index / 7 + round])))
}, frameMs)
server.listen(0, '127.0.0.1', 20_000, () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', () => {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu_ms: (user + system) / 1000, rss: process.memoryUsage.rss() })
})
process.on('disconnect', () => process.exit())
