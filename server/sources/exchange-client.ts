import type { Agent } from 'node:http'
import type { Exchange, Ticker } from 'ccxt'
import { toExchangeModule } from '../exchanges.ts'
import { isExchangeError } from './exchange-errors.ts'
import type { Quirks } from './exchange-quirks.ts'

type Socket = ReturnType<Exchange['client']>

/** What a message says of one market: the price as the exchange wrote it, and the exchange's time of it in ms. */
export type Entry = { symbol: string; price: unknown; source_at: number | null }

type Listener = {
  /** Called for every message, with what it holds and how many parts of it could not be read. */
  hear(entries: Entry[], broken: number): void
  /** Called when the exchange refuses or fails, and when it closes; possibly several times. */
  end(error: unknown): void
  close(code: number | undefined): void
}

export type ClientOptions = {
  listener: Listener
  /** What a WebSocket to `url` has to be opened with; undefined: a direct connection. */
  getSocketAgent(url: string): Agent | undefined
}

export type ExchangeClient = Exchange & { shut(): void }

const maxMessageBytes = 8 * 1024 * 1024

/**
 * An exchange of ccxt that tells every message to `listener`: its own `watchTickers` merges those that come faster
 * than it is awaited, derives a last price where none was sent, and leaves rejections of `send` to nobody.
 */
function listen(Base: typeof Exchange, quirks: Quirks, { listener, getSocketAgent }: ClientOptions) {
  return class extends Base {
    readonly sockets = new Set<Socket>()
    open = true
    heard: { price: unknown; ticker: Ticker; symbol: unknown }[] | null = null
    localTime: number | null = null

    override milliseconds = (): number => {
      this.localTime = Date.now()
      return this.localTime
    }

    override log(): void {}

    override client(url: string | undefined): Socket {
      if (!this.open) throw new Error('the connection is shut')
      const agent = url === undefined ? undefined : getSocketAgent(url)
      if (agent !== undefined) Object.assign(this, { agent, httpAgent: agent })
      const socket = super.client(url)
      if (this.sockets.has(socket)) return socket
      this.sockets.add(socket)
      const send = socket.send.bind(socket)
      socket.send = (message: unknown) => {
        const sent = send(message)
        sent.catch(listener.end)
        return sent
      }
      return socket
    }

    override safeTicker(...[raw, market]: Parameters<Exchange['safeTicker']>): Ticker {
      const { last, close, symbol } = raw as Record<string, unknown>
      const heard = { price: last ?? close, symbol: symbol ?? market?.symbol, ticker: raw as unknown as Ticker }
      this.heard?.push(heard)
      heard.ticker = super.safeTicker(raw, market)
      return heard.ticker
    }

    override handleMessage(socket: Socket, message: unknown): void {
      const end = quirks.toEnd(message)
      if (end !== null) listener.end(end)
      this.heard = []
      this.localTime = null
      let broken = 0
      for (const part of quirks.split(message)) broken += this.#read(socket, part) ? 0 : 1
      const entries = this.heard.flatMap(({ symbol, price, ticker }) =>
        typeof symbol === 'string' ? [{ symbol, price, source_at: this.#toTime(ticker) }] : [],
      )
      this.heard = null
      listener.hear(entries, broken)
    }

    #read(socket: Socket, part: unknown): boolean {
      if (typeof part === 'string' && /^[[{]/.test(part)) return false
      const before = this.heard?.length ?? 0
      try {
        super.handleMessage(socket, part)
        return true
      } catch (error) {
        if (isExchangeError(error)) listener.end(error)
        return isExchangeError(error) || (this.heard?.length ?? 0) > before
      }
    }

    #toTime({ timestamp, info }: Ticker): number | null {
      const time = quirks.toTime(info) ?? (timestamp === this.localTime ? null : timestamp)
      return typeof time === 'number' && Number.isFinite(time) && time > 0 ? time : null
    }

    override onError(socket: Socket, error: unknown): void {
      super.onError(socket, error)
      listener.end(error)
    }

    override onClose(socket: Socket, event: { code?: number }): void {
      super.onClose(socket, event)
      listener.close(event.code)
    }

    shut(): void {
      this.open = false
      for (const socket of this.sockets) {
        socket.clearConnectionTimeout()
        socket.clearPingInterval()
        socket.connection?.terminate()
      }
    }
  }
}

/** Loads the exchange from ccxt, set to spot markets and to `fetch` for its requests. */
export async function loadExchange(
  quirks: Quirks,
  options: ClientOptions & { fetch: (url: string, init: RequestInit) => Promise<Response> },
): Promise<ExchangeClient> {
  const { default: Base }: { default: typeof Exchange } = await import(toExchangeModule(quirks.module).href)
  const exchange = new (listen(Base, quirks, options))({
    fetchImplementation: options.fetch,
    has: { fetchCurrencies: false },
    options: { defaultType: 'spot', ws: { options: { maxPayload: maxMessageBytes } } },
    ...quirks.settings,
  })
  const { fetchMarkets } = exchange.options
  if (Array.isArray(fetchMarkets?.types)) fetchMarkets.types = ['spot']
  return exchange
}
