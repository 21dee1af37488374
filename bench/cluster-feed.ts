import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { type MarketServer, sendJson, startServer, toMarketRow } from '../test/market-server.ts'

const basePrice = 100
const priceMs = 1e-6
const coins = Array.from({ length: 50 }, (_, index) => `coin-${index}`)

/** A price that tells when it was sent: it rises by a millionth per ms. */
const toPrice = (now: number, epoch: number): number => basePrice + (now - epoch) * priceMs

/** When a price was sent, in ms since 1970. */
export const toSentAt = (price: number, epoch: number): number => epoch + (price - basePrice) / priceMs

/** CoinCap's stream of 50 coins. Each message has the time of its sending as prices. */
export async function startTimedFeed(epoch: number, everyMs: number) {
  const server = createServer()
  const sockets = new WebSocketServer({ server, path: '/prices' })
  let isPaused = false
  const timer = setInterval(() => {
    if (isPaused) return
    const price = toPrice(Date.now(), epoch).toFixed(6)
    const text = JSON.stringify(Object.fromEntries(coins.map((coin) => [coin, price])))
    for (const socket of sockets.clients) socket.send(text)
  }, everyMs)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/prices`,
    pause: (paused: boolean) => {
      isPaused = paused
    },
    close: () => {
      clearInterval(timer)
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      server.close()
    },
  }
}

/** CoinGecko with the same coins and without history. */
export const startTimedMarket = (): Promise<MarketServer> =>
  startServer((query, response) => {
    if (query.has('days')) return sendJson(response, { prices: [], market_caps: [], total_volumes: [] })
    const last_updated = new Date().toISOString()
    const page = query.get('page') === '1' ? coins : []
    sendJson(
      response,
      page.map((coin, index) =>
        toMarketRow(coin, { current_price: basePrice, market_cap_rank: index + 1, last_updated }),
      ),
    )
  })
