import { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange, Market, OHLCV } from 'ccxt'
import type { Clock } from '../clock.ts'
import { SourceError, toMessage } from '../errors.ts'
import {
  type ExchangeCandle,
  type ExchangeInterval,
  type ExchangeMarket,
  exchangeGrids,
  type Quote,
} from '../exchange-candles.ts'
import { createOutbound, noProxies } from '../outbound.ts'
import { priceRange, supplyRange, valueRange } from '../ranges.ts'
import { reportRequest } from '../source-requests.ts'
import { checkNumber } from './boundary.ts'
import { type ClientOptions, createClient } from './exchange-client.ts'
import { toExchangeConfig } from './exchange-config.ts'
import { toExchangeError } from './exchange-errors.ts'
import { chooseMarkets } from './exchange-markets.ts'
import { RateBudget } from './rate-budget.ts'

/** How long after its end a candle counts as closed: the clocks may differ, and exchanges count late trades. */
const closeGraceMs = 5000
const pauseMs = 60_000
/** A Retry-After above this fails calls instead of delaying them. */
const maxPauseMs = 120_000

/** `last`: the newest price, of the candle in progress if there is one. `invalid`: candles with impossible values. */
export type CandlePage = { candles: ExchangeCandle[]; last: number | null; invalid: number }

/** The range [from, to) in ms since 1970. */
export type PageQuery = { symbol: string; interval: ExchangeInterval; from: number; to: number }

/** The connection of one run to an exchange. */
export type CandleSession = {
  /** The market of each coin in the first of `quotes` that it has. Throws `SourceError`. */
  listMarkets(coingeckoIds: readonly string[], quotes: readonly Quote[]): Promise<Map<string, ExchangeMarket>>
  /** The closed candles that open in a range, in order, each once. Throws `SourceError`. */
  fetchCandles(query: PageQuery): Promise<CandlePage>
  close(): Promise<void>
}

export type CandleSource = { id: string; candlesPerCall: number; open(signal: AbortSignal): CandleSession }

/** Until when an exchange wants no calls (ms since 1970), and its answer. */
type Ban = { until: number; error: SourceError | null }
type Limits = { budget: RateBudget; ban: Ban }

type Trace = { url: URL | null; status: number | null }
const traces = new AsyncLocalStorage<Trace>()

/** Candles of an exchange, without a key, through ccxt's `loadMarkets` and `fetchOHLCV`, inside its rate limit. */
export function createCandleSource(options: ClientOptions): CandleSource {
  const { id, clock } = options
  const { candleCallsPerMinute, candlesPerCall } = toExchangeConfig(id)
  const budget = new RateBudget(clock, candleCallsPerMinute)
  const ban: Ban = { until: 0, error: null }
  return { id, candlesPerCall, open: (signal) => openSession(options, { budget, ban, candlesPerCall, signal }) }
}

function openSession(
  options: ClientOptions,
  { budget, ban, candlesPerCall, signal }: Limits & { candlesPerCall: number; signal: AbortSignal },
): CandleSession {
  const { id, clock } = options
  const outbound = createOutbound(options.proxies ?? noProxies)
  const onResponse = (url: string, status: number) =>
    Object.assign(traces.getStore() ?? {}, { url: new URL(url), status })
  let client: Promise<Exchange> | undefined
  const connect = (): Promise<Exchange> => {
    client ??= createClient({ ...options, reusesConnections: true }, outbound, signal, onResponse).then(keepQuoteVolume)
    return client
  }
  const call = createCall({ id, clock, budget, ban, signal })
  return {
    listMarkets: (coingeckoIds, quotes) =>
      call(async () => {
        const listed = await (await connect()).loadMarkets(false, toExchangeConfig(id).marketParams)
        const known = Object.values(listed).filter((market) => market !== undefined)
        if (known.length === 0)
          throw new SourceError(id, 'broken', `${id} sent no market list. Retrying automatically.`)
        const { markets } = chooseMarkets(coingeckoIds, known, quotes)
        return new Map(
          [...markets].map(([symbol, { coingecko_id, quote }]) => [coingecko_id, { exchange: id, symbol, quote }]),
        )
      }),
    fetchCandles: (query) =>
      call(async () => {
        const { symbol, interval, from } = query
        const rows: unknown = await (await connect()).fetchOHLCV(symbol, interval, from, candlesPerCall)
        if (!Array.isArray(rows)) throw new SourceError(id, 'broken', `${id} sent no candles. Retrying automatically.`)
        return toPage(rows, { ...query, now: clock.now() })
      }),
    close: async () => {
      await client?.then((exchange) => exchange.close()).catch(() => undefined)
      await outbound.close().catch(() => undefined)
    },
  }
}

/** Makes a call within the rate budget and reports it as a source request. */
const createCall =
  ({ id, clock, budget, ban, signal }: Limits & { id: string; clock: Clock; signal: AbortSignal }) =>
  async <T>(ask: () => Promise<T>): Promise<T> => {
    const asked = clock.now()
    if (ban.error !== null && asked < ban.until) throw ban.error
    await budget.take(signal)
    const at = clock.now()
    const trace: Trace = { url: null, status: null }
    const report = (error: string | null) =>
      reportRequest({
        at,
        endpoint: trace.url === null ? id : `${id}${trace.url.pathname}`,
        key: trace.url?.href ?? '',
        status: trace.status,
        ms: clock.now() - at,
        waitedMs: at - asked,
        error,
      })
    try {
      const answer = await traces.run(trace, ask)
      report(null)
      return answer
    } catch (error) {
      signal.throwIfAborted()
      const failure = toExchangeError(id, error)
      report(toMessage(failure))
      const pause = failure.kind === 'rate_limited' ? (failure.retryAfterMs ?? pauseMs) : 0
      if (pause > maxPauseMs) Object.assign(ban, { until: clock.now() + pause, error: failure })
      else budget.pause(pause)
      throw failure
    }
  }

/** The volume in the quote currency of a raw candle: the seventh column of Binance, volume times average price of Kraken. */
const toQuoteVolume: Readonly<Record<string, (row: readonly unknown[]) => number>> = {
  binance: (row) => Number(row[7]),
  kraken: (row) => Number(row[5]) * Number(row[6]),
}

/** Adds the volume in the quote currency to each candle, which ccxt leaves out. */
function keepQuoteVolume(exchange: Exchange): Exchange {
  const parse = exchange.parseOHLCV.bind(exchange)
  const quoteVolume = toQuoteVolume[exchange.id]
  if (quoteVolume !== undefined)
    exchange.parseOHLCV = (row: unknown, market?: Market) =>
      [...parse(row, market), quoteVolume(row as unknown[])] as unknown as OHLCV
  return exchange
}

/** A raw candle of ccxt with the volume in the quote currency; null: impossible. */
function toCandle(row: unknown, width: number): ExchangeCandle | null {
  if (!Array.isArray(row)) return null
  const [at, ...values] = row as unknown[]
  const [open, high, low, close] = values.slice(0, 4).map((value) => checkNumber(value, priceRange).value)
  const base_volume = checkNumber(values[4], supplyRange).value
  const quote_volume = checkNumber(values[5], valueRange).value
  if (typeof at !== 'number' || at % width !== 0 || base_volume === null) return null
  if (open == null || high == null || low == null || close == null) return null
  if (high < Math.max(open, close) || low > Math.min(open, close)) return null
  return { at, open, high, low, close, base_volume, quote_volume }
}

/** The closed candles of a response. Of rows with the same time, the last counts. */
function toPage(rows: readonly unknown[], { interval, from, to, now }: PageQuery & { now: number }): CandlePage {
  const { widthMs } = exchangeGrids[interval]
  const byTime = new Map<number, ExchangeCandle>()
  let invalid = 0
  for (const row of rows) {
    const candle = toCandle(row, widthMs)
    if (candle === null) invalid += 1
    else byTime.set(candle.at, candle)
  }
  const known = [...byTime.values()].sort((a, b) => a.at - b.at)
  const isWanted = ({ at }: ExchangeCandle) => at >= from && at < to && at + widthMs + closeGraceMs <= now
  return { candles: known.filter(isWanted), last: known.at(-1)?.close ?? null, invalid }
}
