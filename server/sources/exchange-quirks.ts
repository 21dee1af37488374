import { SourceError } from '../errors.ts'
import { toExcerpt } from '../redact.ts'

/** Where an exchange, or ccxt's account of it, differs from the rest. */
export type Quirks = {
  /** The module of ccxt that serves it. */
  module: string
  settings: Record<string, unknown>
  /** Parameters of the request for the market list. */
  marketQuery: Record<string, unknown>
  /** Whether a market of the list can be subscribed to under its unified name and means the same coin there. */
  isTrusted(market: { symbol: string; info?: unknown }): boolean
  /** The messages that ccxt has to see one by one. */
  split(message: unknown): unknown[]
  /** The exchange's time of a price in ms, where ccxt does not read it. */
  toTime(info: unknown): number | null
  /** The error that a message means, or null. */
  toEnd(message: unknown): SourceError | null
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined

const toTime = (ms: unknown): number | null => (typeof ms === 'number' && ms > 0 ? ms : null)

const none = {
  settings: {},
  marketQuery: {},
  isTrusted: () => true,
  split: (message: unknown) => [message],
  toTime: () => null,
  toEnd: () => null,
}

const refuse = (id: string, words: unknown): SourceError =>
  new SourceError(id, 'broken', `${id} refuses the subscription ("${toExcerpt(String(words), 200)}"): it is tried anew`)

function toBinanceEnd(message: unknown): SourceError | null {
  if ((at(message, 'e') ?? at(at(message, 'data'), 'e')) === 'serverShutdown')
    return new SourceError('binance', 'unreachable', 'binance is about to close the stream: connecting anew', {
      retryAfterMs: 0,
    })
  const error = at(message, 'error') ?? message
  const isError = typeof at(error, 'code') === 'number' && typeof at(error, 'msg') === 'string'
  return isError ? refuse('binance', at(error, 'msg')) : null
}

/** Market data alone, from hosts that also answer where the trading ones refuse the location. */
const binance: Quirks = {
  ...none,
  module: 'binance',
  settings: {
    urls: {
      api: { public: 'https://data-api.binance.vision/api/v3', ws: { spot: 'wss://data-stream.binance.vision/ws' } },
    },
  },
  marketQuery: { symbolStatus: 'TRADING', showPermissionSets: 'false' },
  toTime: (info) => toTime(at(info, 'E')),
  toEnd: toBinanceEnd,
}

/** Coinbase's Exchange feed tells every match with its time; from Advanced Trade ccxt takes a batch every 5 s. */
const coinbase: Quirks = {
  ...none,
  module: 'coinbaseexchange',
  toEnd: (message) =>
    at(message, 'type') === 'error' ? refuse('coinbase', at(message, 'reason') ?? at(message, 'message')) : null,
}

/** ccxt reads the first ticker of a message alone and no time, and subscribes by its own name for a coin. */
const kraken: Quirks = {
  ...none,
  module: 'kraken',
  isTrusted: ({ symbol, info }) => {
    const [base, quote] = String(at(info, 'wsname')).split('/')
    return symbol === `${base === 'XBT' ? 'BTC' : base === 'XDG' ? 'DOGE' : base}/${quote}`
  },
  split: (message) => {
    const data = at(message, 'data')
    if (at(message, 'channel') !== 'ticker' || !Array.isArray(data)) return [message]
    return data.map((ticker) => ({ channel: 'ticker', data: [ticker] }))
  },
  toTime: (info) => toTime(Date.parse(String(at(info, 'timestamp')))),
}

const known: Readonly<Record<string, Quirks>> = { binance, coinbase, coinbaseexchange: coinbase, kraken }

export const toQuirks = (id: string): Quirks => known[id] ?? { ...none, module: id }
