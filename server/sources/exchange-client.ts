import { globalAgent } from 'node:http'
import type { Exchange } from 'ccxt'
import type { Clock } from '../clock.ts'
import { SourceError } from '../errors.ts'
import { listExchanges, toExchangeModule } from '../exchanges.ts'
import type { Outbound, Proxies } from '../outbound.ts'
import { toExchangeConfig } from './exchange-config.ts'
import { toStatusError } from './exchange-errors.ts'
import { limitBody } from './limit-body.ts'
import { toRetryAfterMs } from './retry-after.ts'

const requestMs = 15_000
const maxBytes = 64 * 1024 * 1024

export type ClientOptions = {
  /** An id of `listExchanges`. */
  id: string
  clock: Clock
  /** More constructor options of ccxt, such as the `urls` of a test server. */
  getSettings?: () => object | Promise<object>
  proxies?: Proxies
  /** Uses connections for several requests. */
  reusesConnections?: boolean
}

/** Called with each HTTP response and its address. */
type OnResponse = (url: string, status: number) => void

/** Creates the ccxt exchange. Its requests and streams use the configured proxies, and end when `signal` is aborted. */
export async function createClient(
  { id, clock, getSettings, reusesConnections = false }: ClientOptions,
  outbound: Outbound,
  signal: AbortSignal,
  onResponse?: OnResponse,
): Promise<Exchange> {
  if (!listExchanges().includes(id))
    throw new SourceError(id, 'bad_request', `${id} streams no prices. Choose one of ${listExchanges().join(', ')}.`)
  const { module, settings } = toExchangeConfig(id)
  const { default: Client }: { default: typeof Exchange } = await import(toExchangeModule(module).href)
  return new Client({
    timeout: requestMs,
    fetchImplementation: async (url: string, init: RequestInit) => {
      const headers = {
        ...Object.fromEntries(new Headers(init.headers)),
        ...(reusesConnections ? {} : { connection: 'close' }),
      }
      const signals = [signal, ...(init.signal ? [init.signal] : [])]
      const response = await outbound.fetch(url, {
        ...init,
        headers,
        redirect: 'error',
        signal: AbortSignal.any(signals),
      })
      onResponse?.(url, response.status)
      const retryAfterMs = toRetryAfterMs(response.headers.get('retry-after'), clock.now())
      const refusal = toStatusError(id, response.status, retryAfterMs)
      if (refusal !== null) throw refusal
      return limitBody(response, { source: id, maxBytes })
    },
    agent: outbound.socketAgent,
    httpAgent: outbound.socketAgent ?? globalAgent,
    ...settings,
    ...(await getSettings?.()),
  })
}
