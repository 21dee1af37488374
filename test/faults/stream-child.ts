import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConnectionLimiter } from '../../server/api/connection-limiter.ts'
import { servePrices } from '../../server/api/sockets.ts'
import { systemClock } from '../../server/clock.ts'
import { Hub } from '../../server/live/hub.ts'
import { createPublisher } from '../publisher.ts'

const coins = 50
const frameMs = 250

/** The price stream in a separate process: sends its port, then responds to `usage`, `publish` and `stop`. */
const hub = new Hub(systemClock)
hub.start()
const { publish } = createPublisher(hub)
const server = createServer()
const limits = { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 }
servePrices(server, hub, { origins: [], limiter: new ConnectionLimiter(limits) })
let round = 0
let timer: NodeJS.Timeout | undefined
const send = () => {
  round += 1
  publish(Object.fromEntries(Array.from({ length: coins }, (_, index) => [`coin-${index}`, 100 + index / 7 + round])))
}
process.on('message', (question) => {
  const seq = round
  if (question === 'publish') timer = setInterval(send, frameMs)
  if (question === 'stop') clearInterval(timer)
  globalThis.gc?.()
  process.send?.({ clients: hub.clients, rss: process.memoryUsage.rss(), seq })
})
server.listen(0, '127.0.0.1', 20_000, () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('disconnect', () => process.exit())
