import type { IncomingMessage, Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { SimulatedCoin } from './coins.ts'
import { type Faults, streamFaults } from './faults.ts'
import { hash } from './hash.ts'
import type { Market } from './model.ts'

const frameMs = 500
const liquidCoins = 40

export type StreamOptions = { market: Market; faults: Faults; clock: () => number; apiKey: string | null }

/** Adds digits beyond double precision, like CoinCap. The text still parses to the same number. */
function toNoisyText(price: number): string {
  const plain = price.toFixed(Math.min(100, Math.max(0, 17 - Math.floor(Math.log10(price)))))
  return Number(plain) === price ? plain : String(price)
}

/** Serves CoinCap's price stream on `/prices`: only changed assets, prices as strings, no snapshot. */
export function servePrices(server: Server, options: StreamOptions): { close(): void } {
  const sockets = new WebSocketServer({ server, path: '/prices', maxPayload: 1024 })
  sockets.on('connection', (socket, request) => serve(socket, request, options))
  sockets.on('error', () => undefined)
  return {
    close: () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

function serve(socket: WebSocket, request: IncomingMessage, options: StreamOptions): void {
  socket.on('error', () => socket.terminate())
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams
  if (options.apiKey !== null && query.get('apiKey') !== options.apiKey) {
    socket.send('Unauthorized: the key is missing or has no access to this stream')
    socket.close()
    return
  }
  const wanted = (query.get('assets') ?? '').split(',')
  const { coins } = options.market
  const chosen = wanted.includes('ALL') ? coins : coins.filter((coin) => wanted.includes(coin.coincap_id))
  const rank = new Map(coins.map((coin, index) => [coin, index]))
  const sent = new Map<SimulatedCoin, number>()
  const timer = setInterval(() => {
    const fault = options.faults.take('/prices', streamFaults)
    if (fault?.kind === 'stream_drop') return socket.terminate()
    if (fault?.kind === 'stream_stall') return
    if (fault?.kind === 'stream_garbage') return socket.send('{"bitcoin":"not a number","ethereum":null')
    const changed = listChanged(chosen, sent, { ...options, rank })
    if (Object.keys(changed).length > 0) socket.send(JSON.stringify(changed))
  }, frameMs)
  socket.on('close', () => clearInterval(timer))
}

/** Large coins change in most frames, small ones in few. */
function listChanged(
  chosen: readonly SimulatedCoin[],
  sent: Map<SimulatedCoin, number>,
  { market, clock, rank }: StreamOptions & { rank: Map<SimulatedCoin, number> },
): Record<string, string> {
  const frame = Math.floor(clock() / frameMs)
  const changed: Record<string, string> = {}
  for (const coin of chosen) {
    const rarity = 2 + Math.floor((rank.get(coin) ?? 0) / liquidCoins) * 3
    if (hash(coin.key, frame, 41) % rarity !== 0) continue
    const price = market.priceAt(coin, Math.floor(clock() / 1000))
    if (price === null || price === sent.get(coin)) continue
    sent.set(coin, price)
    changed[coin.coincap_id] = toNoisyText(price)
  }
  return changed
}
