import type { Exchange, Ticker } from 'ccxt'
import { SourceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { createOutbound, noProxies } from '../outbound.ts'
import { toPrice } from './boundary.ts'
import { type ClientOptions, createClient } from './exchange-client.ts'
import { toExchangeConfig } from './exchange-config.ts'
import { isExchangeError, toExchangeError } from './exchange-errors.ts'
import { type ChosenMarket, chooseMarkets } from './exchange-markets.ts'
import type { TickBatch, TickSource } from './source.ts'

/** Messages in a row that ccxt can't read before the connection counts as broken. */
const maxUnreadable = 100

export type ExchangeOptions = ClientOptions & {
  log: Log
  /** USD per USDT. Null while it is unknown. */
  usdtUsd: () => number | null
}

/**
 * Last prices of an exchange's spot markets, without a key, through ccxt's `loadMarkets` and `watchTickers`. Prices in
 * USDT are converted at `usdtUsd` and withheld while it is null. Coins without a market are skipped. Of messages that
 * arrive together, the newest price of each coin counts.
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
  const { id, log } = options
  if (signal.aborted) return
  const outbound = createOutbound(options.proxies ?? noProxies)
  let exchange: Exchange | null = null
  const close = async () => {
    await exchange?.close().catch((error) => log.debug({ source: id, err: error }, 'stream not closed'))
    await outbound.close().catch((error) => log.debug({ source: id, err: error }, 'connections not closed'))
  }
  signal.addEventListener('abort', close, { once: true })
  try {
    exchange = await createClient(options, outbound, signal)
    const markets = await fetchMarkets(exchange, options, coingeckoIds)
    if (!signal.aborted) yield* watchMarkets(exchange, markets, options)
  } catch (error) {
    if (!signal.aborted) throw toExchangeError(id, error)
  } finally {
    signal.removeEventListener('abort', close)
    await close()
  }
}

async function fetchMarkets(
  exchange: Exchange,
  { id, log }: ExchangeOptions,
  coingeckoIds: readonly string[],
): Promise<ReadonlyMap<string, ChosenMarket>> {
  const listed = await exchange.loadMarkets(false, toExchangeConfig(id).marketParams)
  const known = Object.values(listed).filter((market) => market !== undefined)
  if (known.length === 0) throw new SourceError(id, 'broken', `${id} sent no market list. Retrying automatically.`)
  const { markets, skipped } = chooseMarkets(coingeckoIds, known, ['USD', 'USDT'])
  if (markets.size === 0)
    throw new SourceError(id, 'not_found', `${id} has no USD or USDT market for these coins. Choose another exchange.`)
  if (skipped.length > 0) log.debug({ source: id, coins: skipped }, 'coins without a market skipped')
  return markets
}

/** Yields ticks until the connection fails or is closed. A message that ccxt can't read counts as garbage. */
async function* watchMarkets(
  exchange: Exchange,
  markets: ReadonlyMap<string, ChosenMarket>,
  { id, clock, usdtUsd }: ExchangeOptions,
): AsyncGenerator<TickBatch, never> {
  const symbols = [...markets.keys()]
  const latest = new Map<string, Ticker>()
  let unreadable = 0
  for (;;) {
    try {
      const tickers = await exchange.watchTickers(symbols)
      unreadable = 0
      // ccxt returns every ticker it knows, and makes a new object for each update.
      const changed = symbols.flatMap((symbol) => {
        const ticker = tickers[symbol]
        if (ticker === undefined || ticker === latest.get(symbol)) return []
        latest.set(symbol, ticker)
        return [ticker]
      })
      yield toBatch(changed, markets, { source: id, received_at: clock.now(), usdtUsd: usdtUsd() })
    } catch (error) {
      unreadable += 1
      if (isExchangeError(error) || unreadable > maxUnreadable) throw error
      yield { ticks: [], garbage: 1, withheld: 0 }
    }
  }
}

function toBatch(
  tickers: readonly Ticker[],
  markets: ReadonlyMap<string, ChosenMarket>,
  { source, received_at, usdtUsd }: { source: string; received_at: number; usdtUsd: number | null },
): TickBatch {
  const batch: TickBatch = { ticks: [], garbage: 0, withheld: 0 }
  for (const { symbol, last, timestamp } of tickers) {
    const market = markets.get(symbol ?? '')
    if (market === undefined) continue
    const quoted = toPrice(last)
    const rate = market.quote === 'USD' ? 1 : toPrice(usdtUsd)
    const price_usd = quoted === null || rate === null ? null : toPrice(quoted * rate)
    const source_at = typeof timestamp === 'number' && timestamp > 0 ? timestamp : null
    if (price_usd !== null)
      batch.ticks.push({ coingecko_id: market.coingecko_id, price_usd, source_at, received_at, source })
    else if (quoted !== null && rate === null) batch.withheld += 1
    else batch.garbage += 1
  }
  return batch
}
