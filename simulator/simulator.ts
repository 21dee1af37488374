import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Faults } from './faults.ts'
import { createHandler } from './http.ts'
import { Listing } from './listing.ts'
import { Market } from './model.ts'
import { servePrices } from './ws.ts'

export type SimulatorOptions = {
  host?: string
  /** 0 means any free port. */
  port?: number
  seed?: number
  coins?: number
  /** If absent, no key is required. */
  apiKey?: string | null
  /** If absent, there is no limit. */
  rateLimitPerMinute?: number | null
  clock?: () => number
  /** How long `/coins/markets` returns the same snapshot, like CoinGecko's cache. */
  snapshotQuantumMs?: number
}

export type Simulator = {
  /** For COINGECKO_BASE_URL. */
  baseUrl: string
  /** Base URLs of the exchanges in ccxt, by id. */
  exchangeUrls: Readonly<Record<'binance' | 'coinbase', string>>
  /** For COINCAP_WS_URL. */
  wsUrl: string
  market: Market
  faults: Faults
  close(): Promise<void>
}

/** Serves a simulated market through CoinGecko's REST API, the candles of two exchanges, and CoinCap's price stream. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, seed = 1, coins = 250, clock = Date.now } = options
  const { apiKey = null, rateLimitPerMinute = null, snapshotQuantumMs = 30_000 } = options
  const market = new Market(seed, coins)
  const faults = new Faults()
  const listing = new Listing(market)
  const server = createServer(
    createHandler({ market, listing, faults, clock, apiKey, rateLimitPerMinute, snapshotQuantumMs }),
  )
  const stream = servePrices(server, { market, faults, clock, apiKey })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, resolve)
  })
  const address = `${host}:${(server.address() as AddressInfo).port}`
  return {
    baseUrl: `http://${address}/api/v3`,
    exchangeUrls: {
      binance: `http://${address}/exchanges/binance/api/v3`,
      coinbase: `http://${address}/exchanges/coinbase`,
    },
    wsUrl: `ws://${address}/prices`,
    market,
    faults,
    close: async () => {
      stream.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
