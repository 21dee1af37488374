import { once } from 'node:events'
import WebSocket from 'ws'
import type { Prices } from '../../contract/live.ts'
import type { Clock } from '../clock.ts'
import { SourceError, toMessage } from '../errors.ts'
import { toCoincapId } from './id-map.ts'
import type { PriceBatch, PriceSource } from './source.ts'

const source = 'coincap'
const defaultUrl = 'wss://wss.coincap.io/prices'
const maxFrameBytes = 1024 * 1024
const maxListedAssets = 200

export type CoincapOptions = {
  clock: Clock
  url: string | null
  apiKey: string | null
  /** A connection without a price for this long counts as broken. */
  silenceMs?: number
}

/** CoinCap's price stream (WebSocket v3): changed prices only, keyed by CoinCap ids, without a snapshot at the start. */
export const createCoincap = (options: CoincapOptions): PriceSource => ({
  id: source,
  streamPrices: (coingeckoIds, signal) => streamPrices(options, coingeckoIds, signal),
})

function toAddress({ url, apiKey }: CoincapOptions, coincapIds: string[]): URL {
  const address = new URL(url ?? defaultUrl)
  address.searchParams.set('assets', coincapIds.length > maxListedAssets ? 'ALL' : coincapIds.join(','))
  if (apiKey !== null) address.searchParams.set('apiKey', apiKey)
  return address
}

async function* streamPrices(
  options: CoincapOptions,
  coingeckoIds: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<PriceBatch> {
  const toCoingecko = new Map(coingeckoIds.map((id) => [toCoincapId(id), id]))
  const socket = new WebSocket(toAddress(options, [...toCoingecko.keys()]), {
    maxPayload: maxFrameBytes,
    handshakeTimeout: 10_000,
    perMessageDeflate: false,
  })
  const wake = new EventTarget()
  let pending: Prices = {}
  let lastPriceAt = options.clock.now()
  let failure: unknown
  const end = (error: unknown) => {
    failure ??= error
    wake.dispatchEvent(new Event('wake'))
  }
  socket.on('message', (data) => {
    try {
      const prices = parsePrices(String(data), toCoingecko)
      if (Object.keys(prices).length === 0) return
      lastPriceAt = options.clock.now()
      pending = { ...pending, ...prices }
      wake.dispatchEvent(new Event('wake'))
    } catch (error) {
      end(error)
    }
  })
  socket.on('error', (error) => end(toConnectionError(error)))
  socket.on('close', (code) => end(new SourceError(source, 'unreachable', `CoinCap closed the stream (${code})`)))
  const silenceMs = options.silenceMs ?? 30_000
  const silence = setInterval(() => {
    if (options.clock.now() - lastPriceAt > silenceMs)
      end(new SourceError(source, 'broken', `CoinCap sent no price for ${silenceMs / 1000} s: connecting anew`))
  }, silenceMs / 10)
  const stop = () => end(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    while (!signal.aborted) {
      if (Object.keys(pending).length > 0) {
        const prices = pending
        pending = {}
        yield { source, received_at: lastPriceAt, prices }
      } else if (failure !== undefined) throw failure
      else await once(wake, 'wake')
    }
  } finally {
    clearInterval(silence)
    signal.removeEventListener('abort', stop)
    socket.on('error', () => undefined)
    socket.terminate()
  }
}

function toConnectionError(error: Error): SourceError {
  const refused = /Unexpected server response: (401|403)/.test(error.message)
  return refused
    ? new SourceError(source, 'bad_key', 'CoinCap refuses the key: check COINCAP_API_KEY', { cause: error })
    : new SourceError(source, 'unreachable', `CoinCap cannot be reached (${toMessage(error)}): it will be tried again`)
}

/**
 * The prices in one frame by CoinGecko id. Unknown ids and values that are no positive number are left out;
 * a frame that is not an object of prices gives none. Throws `SourceError` when CoinCap refuses the key.
 */
export function parsePrices(frame: string, toCoingecko: ReadonlyMap<string, string>): Prices {
  if (frame.startsWith('Unauthorized'))
    throw new SourceError(source, 'bad_key', 'CoinCap refuses the key: check COINCAP_API_KEY and its plan')
  const body = parseObject(frame)
  if (typeof body.error === 'string')
    throw new SourceError(source, 'bad_key', `CoinCap answered "${body.error.slice(0, 200)}": check COINCAP_API_KEY`)
  const prices: Prices = {}
  for (const [coincapId, value] of Object.entries(body)) {
    const id = toCoingecko.get(coincapId)
    const price = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (id !== undefined && typeof price === 'number' && Number.isFinite(price) && price > 0) prices[id] = price
  }
  return prices
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}
