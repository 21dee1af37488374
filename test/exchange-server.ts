import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type WebSocket, WebSocketServer } from 'ws'

export type FakeExchange = {
  /** Paths of the requests, with their queries, and of the handshakes that were refused. */
  requests: string[]
  /** Messages that came over sockets. */
  messages: unknown[]
  /** Sockets, HTTP and WebSocket, that are open now. */
  countOpen(): number
  closeStreams(): void
  /** Constructor options with which ccxt uses this server. */
  getSettings: () => { urls: object }
}

type Script = {
  /** The market list: a body, or whatever is done to the response. */
  markets: object | ((response: ServerResponse) => void)
  /** What happens on a WebSocket, or the status that refuses it; 0: it is never answered. */
  onSocket?: ((socket: WebSocket) => void) | number
  /** What happens after a message came. */
  onMessage?: (socket: WebSocket, message: unknown) => void
}

/** A server that speaks as an exchange does: a market list over HTTP and a stream over WebSocket. */
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

/** Sends each message after the client has answered a ping that followed the one before, so that none are merged. */
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

/** ccxt has one URL for the streams of Coinbase, and several for those of other exchanges. */
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

/** Kraken calls two coins as ccxt does not, and one by a name that ccxt gives to another coin. */
export const krakenMarkets = {
  error: [],
  result: {
    XXBTZUSD: toPair('XBT/USD', 'XXBT'),
    XETHZUSD: toPair('ETH/USD', 'XETH'),
    XDGUSD: toPair('XDG/USD', 'XXDG'),
    LUNA2USD: toPair('LUNA2/USD', 'LUNA2'),
  },
}
