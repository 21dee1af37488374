import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Exchange } from 'ccxt'
import { type WebSocket, WebSocketServer } from 'ws'

export type FakeExchange = {
  /** Paths of the requests, with their queries, and of the handshakes that were refused. */
  requests: string[]
  /** Messages that came over sockets. */
  messages: unknown[]
  /** Sockets, HTTP and WebSocket, that are open now. */
  countOpen(): number
  /** Sends a message to every socket. */
  send(message: string): void
  configure(exchange: Exchange): Promise<void>
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
    send: (message) => {
      for (const socket of sockets.clients) socket.send(message)
    },
    configure: (exchange) => point(exchange, host),
  }
}

async function point(exchange: Exchange, host: string): Promise<void> {
  const api = exchange.urls.api as Record<string, unknown>
  const ws = `ws://${host}/ws`
  exchange.urls.api = {
    ...api,
    public: `http://${host}`,
    ws: typeof api.ws === 'string' ? ws : { spot: ws, publicV2: `${ws}/v2` },
  } as never
  await exchange.loadHttpProxyAgent()
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
