import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import WebSocket, { WebSocketServer } from 'ws'
import { ConnectionLimiter } from '../server/api/connection-limiter.ts'
import { servePrices } from '../server/api/sockets.ts'
import { systemClock } from '../server/clock.ts'
import { startProducer } from '../server/live/producer.ts'
import { openStream } from '../server/live/stream.ts'
import { createLog } from '../server/log.ts'
import { openFeed } from '../server/sources/open-feed.ts'
import { SourceClock } from '../server/sources/source-clock.ts'
import type { Bench } from './measure.ts'

const coins = 2000
const ticksPerSecond = 2000
const batchMs = 10
const measureMs = 20_000
const windowMs = 250
const ids = Array.from({ length: coins }, (_, index) => `coin-${index}`)

/** A source with CoinCap's protocol at 2,000 prices/s. Each price encodes its send time. */
function startUpstream(): { server: WebSocketServer; stop(): void } {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  let turn = 0
  const timer = setInterval(() => {
    const frame: Record<string, string> = {}
    for (let count = 0; count < (ticksPerSecond * batchMs) / 1000; count += 1) {
      turn += 1
      frame[ids[turn % coins] ?? ''] = String(toPrice())
    }
    for (const socket of server.clients) socket.send(JSON.stringify(frame))
  }, batchMs)
  const stop = () => {
    clearInterval(timer)
    server.close()
  }
  return { server, stop }
}

const started = Date.now()
/** A price that encodes the time in ms and never jumps. */
const toPrice = (): number => 1_000_000 + (performance.timeOrigin + performance.now() - started)
const toAge = (price: number): number => toPrice() - price

/**
 * The age of a price from the source's message to the client's in one process at 2,000 prices/s, without the 250 ms
 * window that collects prices. The limit is 20 ms at p99.
 */
export const bench: Bench = async () => {
  const log = createLog({ pretty: false, level: 'warn' })
  const upstream = startUpstream()
  await once(upstream.server, 'listening')
  const url = `ws://127.0.0.1:${(upstream.server.address() as AddressInfo).port}/prices`
  const { bus, hub } = await openStream({ redis: null, clock: systemClock, log })
  hub.start()
  const producer = await startProducer({
    bus,
    clock: systemClock,
    log,
    openFeed: (onTicks) =>
      openFeed(
        { names: ['coincap'], coincap: { url, apiKey: null }, clock: new SourceClock(systemClock), log },
        onTicks,
      ),
    listTracked: async () =>
      ids.map((coingecko_id, index) => ({ coin_id: index, coingecko_id, price_usd: 1_000_000, priced_at: 0 })),
    keeper: null,
    term: 1,
  })
  const server = createServer().listen(0, '127.0.0.1')
  const limits = { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 }
  servePrices(server, hub, { origins: [], limiter: new ConnectionLimiter(limits) })
  await systemClock.sleep(1000)
  const ages: number[] = []
  const reader = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/ws/prices`)
  reader.on('message', (data) => {
    const frame = JSON.parse(String(data))
    if (frame.type !== 'price_update' || frame.snapshot) return
    for (const price of Object.values<number>(frame.prices)) ages.push(toAge(price))
  })
  await systemClock.sleep(measureMs)
  reader.terminate()
  await producer.stop()
  hub.stop()
  upstream.stop()
  server.closeAllConnections()
  server.close()
  ages.sort((a, b) => a - b)
  const quantile = (share: number): number => ages[Math.floor(ages.length * share)] ?? Number.NaN
  const p99 = quantile(0.99) - windowMs
  return { ratio: p99 / 20, limit: 1, p99_ms: p99, p50_with_window_ms: quantile(0.5), prices: ages.length }
}
