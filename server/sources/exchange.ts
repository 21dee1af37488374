import type { Exchange } from 'ccxt'
import type { Clock } from '../clock.ts'
import { SourceError } from '../errors.ts'
import { listExchanges } from '../exchanges.ts'
import type { Log } from '../log.ts'
import { createOutbound, noProxies, type Outbound, type Proxies } from '../outbound.ts'
import { toPrice } from './boundary.ts'
import { type Entry, type ExchangeClient, loadExchange } from './exchange-client.ts'
import { toExchangeError, toStatusError } from './exchange-errors.ts'
import { type ChosenMarket, toMarkets } from './exchange-markets.ts'
import { type Quirks, toQuirks } from './exchange-quirks.ts'
import { toRetryAfterMs } from './retry-after.ts'
import type { TickBatch, TickSource } from './source.ts'
import { createTickQueue, type TickQueue } from './tick-queue.ts'

const requestMs = 15_000
const mostWaiting = 1000

export type ExchangeOptions = {
  /** An id of `listExchanges`. */
  id: string
  clock: Clock
  log: Log
  /** What one USDT is worth in USD; null while that is not known. */
  usdtUsd: () => number | null
  /** Called before the exchange is asked for anything: tests turn it to their own servers. */
  configure?: (exchange: Exchange) => void | Promise<void>
  proxies?: Proxies
}

/**
 * Last prices of an exchange's spot markets, without a key, through ccxt. Prices in USDT become USD at the rate of
 * `usdtUsd` and are withheld while there is none; coins without a market are left out. One batch per message.
 */
export const createExchange = (options: ExchangeOptions): TickSource => ({
  id: options.id,
  streamTicks: (coingeckoIds, signal) => streamTicks(options, coingeckoIds, signal),
})

async function* streamTicks(
  options: ExchangeOptions,
  coingeckoIds: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<TickBatch, void> {
  if (signal.aborted) return
  const queue = createTickQueue(mostWaiting)
  const ended = new AbortController()
  connect(options, coingeckoIds, queue, ended.signal).catch((error) => queue.fail(toExchangeError(options.id, error)))
  try {
    yield* queue.read(signal)
  } finally {
    ended.abort()
  }
}

/** Loads, asks for the market list, subscribes, and lets messages flow into the queue until `ended`. */
async function connect(
  options: ExchangeOptions,
  coingeckoIds: readonly string[],
  queue: TickQueue,
  ended: AbortSignal,
): Promise<void> {
  const { id, clock, log } = options
  if (!listExchanges().includes(id))
    throw new SourceError(id, 'bad_request', `${id} streams no prices: one of ${listExchanges().join(', ')} does`)
  let markets: ReadonlyMap<string, ChosenMarket> = new Map()
  const quirks = toQuirks(id)
  const outbound = createOutbound(options.proxies ?? noProxies)
  const exchange = await loadExchange(quirks, {
    fetch: (url, init) =>
      ask(options, outbound, url, { ...init, signal: AbortSignal.any([ended, AbortSignal.timeout(requestMs)]) }),
    getSocketAgent: outbound.getSocketAgent,
    listener: {
      hear: (entries, broken) => {
        const batch = toBatch(entries, markets, { source: id, received_at: clock.now(), usdtUsd: options.usdtUsd() })
        queue.push({ ...batch, garbage: batch.garbage + broken })
      },
      end: (error) => queue.fail(toExchangeError(id, error)),
      close: (code) => queue.fail(new SourceError(id, 'unreachable', `${id} closed the stream (${code})`)),
    },
  })
  const close = () => {
    exchange.shut()
    outbound.close().catch((error) => log.debug({ source: id, err: error }, 'connections not closed'))
  }
  ended.addEventListener('abort', close, { once: true })
  if (ended.aborted) return
  await options.configure?.(exchange)
  const chosen = await fetchMarkets(exchange, quirks, id, coingeckoIds)
  if (ended.aborted) return
  if (chosen.leftOut.length > 0) log.debug({ source: id, coins: chosen.leftOut }, 'coins without a market left out')
  markets = chosen.markets
  await exchange.watchTickers([...markets.keys()])
}

async function fetchMarkets(exchange: ExchangeClient, quirks: Quirks, id: string, coingeckoIds: readonly string[]) {
  const listed = Object.values(await exchange.loadMarkets(false, quirks.marketQuery)).filter(
    (market) => market !== undefined,
  )
  if (listed.length === 0)
    throw new SourceError(id, 'broken', `${id} sent no list of its markets: it will be tried again`)
  const chosen = toMarkets(coingeckoIds, listed.filter(quirks.isTrusted))
  if (chosen.markets.size === 0)
    throw new SourceError(
      id,
      'not_found',
      `${id} has a market in USD or USDT for none of the coins: name another exchange`,
    )
  return chosen
}

/** One request, on a connection of its own, with refusals told apart before ccxt reads the body. Redirects are not followed. */
async function ask(
  { id, clock }: ExchangeOptions,
  outbound: Outbound,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const headers = { ...Object.fromEntries(new Headers(init.headers)), connection: 'close' }
  const response = await outbound.fetch(url, { ...init, headers, redirect: 'error' })
  const refusal = toStatusError(id, response.status, toRetryAfterMs(response.headers.get('retry-after'), clock.now()))
  if (refusal !== null) throw refusal
  return response
}

/** The entries of the markets chosen as a batch; `usdtUsd` is what one USDT is worth, null when that is not known. */
function toBatch(
  entries: readonly Entry[],
  markets: ReadonlyMap<string, ChosenMarket>,
  { source, received_at, usdtUsd }: { source: string; received_at: number; usdtUsd: number | null },
): TickBatch {
  const batch: TickBatch = { ticks: [], garbage: 0, withheld: 0 }
  for (const { symbol, price, source_at } of entries) {
    const market = markets.get(symbol)
    if (market === undefined) continue
    const quoted = toPrice(price)
    const rate = market.quote === 'USD' ? 1 : toPrice(usdtUsd)
    const price_usd = quoted === null || rate === null ? null : toPrice(quoted * rate)
    if (price_usd !== null)
      batch.ticks.push({ coingecko_id: market.coingecko_id, price_usd, source_at, received_at, source })
    else if (quoted !== null && rate === null) batch.withheld += 1
    else batch.garbage += 1
  }
  return batch
}
