import { type MarketServer, sendJson, startServer, toMarketRow } from '../market-server.ts'

/** What the market sent to one call: `version` orders all of them and is part of every price. */
export type Sent = { version: number; tick: number; rows: Map<string, number> }

/** The number of coins that a worker asks for: nine at most, and a bad row. */
export const trackedCoins = 10

/** The name of the bad row that each response has. It tells which response a run has stored. */
export const toBadCoin = (version: number): string => `bad-${version}`

export type HistoryMarket = {
  /** What was sent to each call, by the id of the call. */
  sent: Map<number, Sent>
  /** The base URL for a call of a tick, and the coins that the market has then. */
  open(id: number, tick: number, coins: readonly string[]): string
  server: MarketServer
}

/** A market that changes with each request: no two responses have the same prices. */
export async function startHistoryMarket(): Promise<HistoryMarket> {
  const expected = new Map<number, { tick: number; coins: readonly string[] }>()
  const sent = new Map<number, Sent>()
  const server = await startServer((query, response, count) => {
    const id = Number(server.requests[count - 1]?.path.split('/')[2])
    const { tick, coins } = expected.get(id) ?? { tick: 0, coins: [] }
    if (query.get('page') !== '1') return sendJson(response, [])
    const version = sent.size + 1
    const last_updated = new Date(tick + version).toISOString()
    const rows = new Map(coins.map((coin, index) => [coin, 100 + index + version / 2 ** 16]))
    sent.set(id, { version, tick, rows })
    const good = [...rows].map(([coin, current_price]) => toMarketRow(coin, { current_price, last_updated }))
    sendJson(response, [...good, toMarketRow(toBadCoin(version), { current_price: -1, last_updated })])
  })
  const open = (id: number, tick: number, coins: readonly string[]) => {
    expected.set(id, { tick, coins })
    return `${server.url}/call/${id}`
  }
  return { sent, open, server }
}
