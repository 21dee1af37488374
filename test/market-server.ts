import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type MarketServer = {
  /** For COINGECKO_BASE_URL. */
  url: string
  requests: { path: string; query: URLSearchParams; headers: IncomingMessage['headers'] }[]
  close(): Promise<void>
}

/** A local CoinGecko that responds with `answer` and records the requests. */
export async function startServer(
  answer: (query: URLSearchParams, response: ServerResponse, count: number) => void | Promise<void>,
): Promise<MarketServer> {
  const requests: MarketServer['requests'] = []
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    requests.push({ path: pathname, query: searchParams, headers: request.headers })
    void answer(searchParams, response, requests.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export const sendJson = (response: ServerResponse, body: unknown, status = 200, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Pages of `/coins/markets` over `rows`. Each page after the first repeats `overlap` rows of the one before. */
export const startMarket = (rows: unknown[], { overlap = 0 } = {}): Promise<MarketServer> =>
  startServer((query, response) => {
    const size = Number(query.get('per_page') ?? 100)
    const page = Number(query.get('page') ?? 1) - 1
    const start = page * (size - overlap)
    sendJson(response, rows.slice(start, start + size))
  })

/** A row of `/coins/markets` with every field that CoinGecko sends. */
export const toMarketRow = (id: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  symbol: id.slice(0, 3),
  name: `Coin ${id}`,
  image: `https://coin-images.coingecko.com/coins/images/1/large/${id}.png`,
  current_price: 10,
  market_cap: 1_000_000,
  market_cap_rank: 1,
  fully_diluted_valuation: 2_000_000,
  total_volume: 5000,
  high_24h: 11,
  low_24h: 9,
  price_change_24h: 0.5,
  price_change_percentage_24h: 5.26,
  market_cap_change_24h: 50_000,
  market_cap_change_percentage_24h: 5.26,
  circulating_supply: 100_000,
  total_supply: 200_000,
  max_supply: null,
  ath: 20,
  ath_change_percentage: -50,
  ath_date: '2021-11-10T14:24:11.849Z',
  atl: 0.1,
  atl_change_percentage: 9900,
  atl_date: '2015-10-20T00:00:00.000Z',
  roi: null,
  last_updated: '2026-01-31T09:50:12.123Z',
  price_change_percentage_1h_in_currency: 0.1,
  price_change_percentage_7d_in_currency: -1.5,
  ...fields,
})
