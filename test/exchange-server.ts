import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'

export type FakeExchange = {
  /** Paths with queries of the requests and of the rejected handshakes. */
  requests: string[]
  /** Messages received over WebSockets. */
  messages: unknown[]
  /** Number of open connections, HTTP and WebSocket. */
  countOpen(): number
  closeStreams(): void
  /** Constructor options with which ccxt uses this server. */
  getSettings: () => { urls: object }
}

type Script = {
  /** The market list as a body, or a handler of the response. */
  markets: object | ((response: ServerResponse) => void)
  /** A handler of each WebSocket, or the status that rejects it. 0: no response. */
  onSocket?: ((socket: WebSocket) => void) | number
  onMessage?: (socket: WebSocket, message: unknown) => void
}

/** A fake exchange: a market list over HTTP and a stream over WebSocket. */
export async function startExchange(t: TestContext, script: Script): Promise<FakeExchange> {
  const requests: string[] = []
  const messages: unknown[] = []
  const { markets, onSocket } = script
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    if (typeof markets === 'function') return markets(response)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(markets))
  })
  let open = 0
  server.on('connection', (socket) => {
    open += 1
    socket.on('close', () => {
      open -= 1
    })
  })
  const refused = typeof onSocket === 'number'
  const sockets = new WebSocketServer(refused ? { noServer: true } : { server })
  if (refused)
    server.on('upgrade', (request, socket) => {
      requests.push(request.url ?? '')
      socket.on('error', () => undefined)
      socket.on('end', () => socket.destroy())
      socket.resume()
      if (onSocket > 0) socket.end(`HTTP/1.1 ${onSocket} No\r\nconnection: close\r\n\r\n`)
    })
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      messages.push(JSON.parse(String(data)))
      script.onMessage?.(socket, messages.at(-1))
    })
    if (typeof onSocket === 'function') onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    requests,
    messages,
    countOpen: () => open,
    closeStreams: () => {
      for (const socket of sockets.clients) socket.close()
    },
    getSettings: () => toSettings(host, Array.isArray(markets)),
  }
}

/** Sends each message after the pong to a ping that followed the one before: no two messages share a packet. */
export function sendInTurn(socket: WebSocket, messages: readonly string[]): void {
  const waiting = [...messages]
  const sendNext = () => {
    const message = waiting.shift()
    if (message === undefined) return
    socket.send(message)
    socket.ping()
  }
  socket.on('pong', sendNext)
  sendNext()
}

/** ccxt has one stream URL for Coinbase and several for other exchanges. */
function toSettings(host: string, hasOneStream: boolean): { urls: object } {
  const ws = `ws://${host}/ws`
  return { urls: { api: { public: `http://${host}`, ws: hasOneStream ? ws : { spot: ws, publicV2: `${ws}/v2` } } } }
}

export const binanceMarkets = {
  symbols: [
    { symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT' },
    { symbol: 'ETHUSDT', status: 'TRADING', baseAsset: 'ETH', quoteAsset: 'USDT' },
    { symbol: 'DOTUSDT', status: 'TRADING', baseAsset: 'DOT', quoteAsset: 'USDT' },
    { symbol: 'MATICUSDT', status: 'TRADING', baseAsset: 'MATIC', quoteAsset: 'USDT' },
    { symbol: 'POLUSDT', status: 'BREAK', baseAsset: 'POL', quoteAsset: 'USDT' },
  ],
}

export const coinbaseMarkets = ['BTC-USD', 'BTC-USDT', 'ETH-USD', 'USDT-USD', 'SOL-EUR'].map((id) => ({
  id,
  status: 'online',
}))

const toPair = (wsname: string, base: string) => ({ wsname, altname: wsname, base, quote: 'ZUSD', status: 'online' })

/** Kraken uses other symbols than ccxt for two coins, and for one the symbol that ccxt gives another coin. */
export const krakenMarkets = {
  error: [],
  result: {
    XXBTZUSD: toPair('XBT/USD', 'XXBT'),
    XETHZUSD: toPair('ETH/USD', 'XETH'),
    XDGUSD: toPair('XDG/USD', 'XXDG'),
    LUNA2USD: toPair('LUNA2/USD', 'LUNA2'),
  },
}
