import WebSocket from 'ws'
import type { Clock } from '../clock.ts'
import { SourceError, toMessage } from '../errors.ts'
import { createOutbound, noProxies, type Proxies } from '../outbound.ts'
import { toExcerpt } from '../redact.ts'
import { toPrice } from './boundary.ts'
import { toCoincapId } from './id-map.ts'
import type { TickBatch, TickSource } from './source.ts'
import { createTickQueue } from './tick-queue.ts'

const source = 'coincap'
const defaultUrl = 'wss://wss.coincap.io/prices'
const maxFrameBytes = 1024 * 1024
const maxListedAssets = 200

export type CoincapOptions = {
  clock: Clock
  url: string | null
  apiKey: string | null
  proxies?: Proxies
}

/**
 * CoinCap's price stream (WebSocket v3). It sends only changed prices in USD by CoinCap id, without an initial snapshot
 * and without timestamps. Unread frames are merged into one batch.
 */
export const createCoincap = (options: CoincapOptions): TickSource => ({
  id: source,
  streamTicks: (coingeckoIds, signal) => streamTicks(options, coingeckoIds, signal),
})

function toAddress({ url, apiKey }: CoincapOptions, coincapIds: string[]): URL {
  const address = new URL(url ?? defaultUrl)
  address.searchParams.set('assets', coincapIds.length > maxListedAssets ? 'ALL' : coincapIds.join(','))
  if (apiKey !== null) address.searchParams.set('apiKey', apiKey)
  return address
}

async function* streamTicks(
  options: CoincapOptions,
  coingeckoIds: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<TickBatch, void> {
  if (signal.aborted) return
  const toCoingecko = new Map(coingeckoIds.map((id) => [toCoincapId(id), id]))
  const queue = createTickQueue(1)
  const address = toAddress(options, [...toCoingecko.keys()])
  const agent = createOutbound(options.proxies ?? noProxies).socketAgent
  const socket = new WebSocket(address, {
    followRedirects: false,
    ...(agent === undefined ? {} : { agent }),
    maxPayload: maxFrameBytes,
    handshakeTimeout: 10_000,
    perMessageDeflate: false,
  })
  socket.on('message', (data) => {
    try {
      queue.push(parseFrame(String(data), toCoingecko, options.clock.now()))
    } catch (error) {
      queue.fail(error)
    }
  })
  socket.on('error', (error) => queue.fail(toConnectionError(error)))
  socket.on('close', (code) =>
    queue.fail(new SourceError(source, 'unreachable', `CoinCap closed the stream (code ${code}). Reconnecting.`)),
  )
  try {
    yield* queue.read(signal)
  } finally {
    socket.terminate()
  }
}

function toConnectionError(error: Error): SourceError {
  const status = Number(/Unexpected server response: (\d+)/.exec(error.message)?.[1] ?? 0)
  if (status === 401 || status === 403)
    return new SourceError(source, 'bad_key', 'CoinCap rejected the API key. Check COINCAP_API_KEY.', { cause: error })
  if (status >= 300 && status < 400)
    return new SourceError(
      source,
      'bad_request',
      `CoinCap redirects (HTTP ${status}). Redirects are not followed, to protect the API key. Set COINCAP_WS_URL to the final address.`,
    )
  return new SourceError(source, 'unreachable', `Can't reach CoinCap (${toMessage(error)}). Retrying automatically.`)
}

/**
 * The ticks in one frame. Ignores coins that weren't requested. Each invalid price counts as garbage. A frame that
 * isn't a JSON object counts as garbage once. Throws `SourceError` for an error frame.
 */
export function parseFrame(frame: string, toCoingecko: ReadonlyMap<string, string>, receivedAt: number): TickBatch {
  if (frame.startsWith('Unauthorized'))
    throw new SourceError(source, 'bad_key', 'CoinCap rejected the API key. Check COINCAP_API_KEY and its plan.')
  const body = parseObject(frame)
  if (body === null) return { ticks: [], garbage: 1, withheld: 0 }
  if (body.error != null && !toCoingecko.has('error')) throw toFrameError(body.error)
  const batch: TickBatch = { ticks: [], garbage: 0, withheld: 0 }
  for (const [coincapId, value] of Object.entries(body)) {
    const coingecko_id = toCoingecko.get(coincapId)
    if (coingecko_id === undefined) continue
    const price_usd = toPrice(value)
    if (price_usd === null) batch.garbage += 1
    else batch.ticks.push({ coingecko_id, price_usd, source_at: null, received_at: receivedAt, source })
  }
  return batch
}

/** Only an error about the key or the plan is permanent. Reconnecting may clear any other. */
function toFrameError(error: unknown): SourceError {
  const message = toExcerpt(typeof error === 'string' ? error : JSON.stringify(error), 200)
  if (/\bkey\b|unauthori[sz]ed|forbidden|access|token/i.test(message))
    return new SourceError(source, 'bad_key', `CoinCap answered "${message}". Check COINCAP_API_KEY.`)
  if (/\bplan\b|subscription|upgrade|credit/i.test(message))
    return new SourceError(source, 'plan', `CoinCap answered "${message}". Check the plan of COINCAP_API_KEY.`)
  return new SourceError(source, 'broken', `CoinCap answered "${message}". Reconnecting.`)
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
