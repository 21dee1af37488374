import type { ServerResponse } from 'node:http'
import type { SimulatedCoin } from './coins.ts'
import { sendJson } from './errors.ts'
import type { Faults } from './faults.ts'
import { hash } from './hash.ts'
import type { Market } from './model.ts'

const daySeconds = 86_400
const intervalSeconds: Readonly<Record<string, number>> = { '1m': 60, '1h': 3600, '1d': daySeconds }
/** Prices taken inside a candle for its high and low. */
const samples: Readonly<Record<number, number>> = { 60: 2, 3600: 2, [daySeconds]: 4 }
const maxKlines = 1000
const maxAggregations = 300
/** An exchange lists prices with 8 decimals. */
const minPrice = 1e-5
/** The first markets were listed on this day, 2024-09-01. */
const firstListing = Date.UTC(2024, 8, 1) / 1000
const [tetherId, usdcId] = ['tether', 'usd-coin']

export type ExchangeOptions = { market: Market; faults: Faults; clock: () => number }

/** A candle that opens at a second, in the quote currency. */
type Candle = {
  at: number
  open: number
  high: number
  low: number
  close: number
  volume: number
  quoteVolume: number
}
type Range = { from: number; to: number; width: number; limit: number }

const isAlwaysTraded = ({ id }: SimulatedCoin): boolean => id === 'bitcoin' || id === 'ethereum'
/** Every eighth coin is not on Binance. */
const isOnBinance = (coin: SimulatedCoin): boolean =>
  coin.id !== tetherId && (isAlwaysTraded(coin) || hash(coin.key, 42) % 8 !== 0)
const isOnCoinbase = (coin: SimulatedCoin): boolean =>
  coin.id === tetherId || coin.id === usdcId || coin.id === 'bitcoin' || !isOnBinance(coin)

const toBase = ({ symbol }: SimulatedCoin): string => symbol.toUpperCase()

/** The coins of an exchange by base currency. Of coins with the same symbol, the first is traded. */
function listTraded(
  { market, clock }: ExchangeOptions,
  isTraded: (coin: SimulatedCoin) => boolean,
): Map<string, SimulatedCoin> {
  const now = Math.floor(clock() / 1000)
  const traded = new Map<string, SimulatedCoin>()
  for (const coin of market.coins) {
    const price = market.priceAt(coin, now)
    if (price === null || price < minPrice || !/^[a-z0-9]+$/.test(coin.symbol) || traded.has(toBase(coin))) continue
    if (isTraded(coin)) traded.set(toBase(coin), coin)
  }
  return traded
}

const toListing = (coin: SimulatedCoin): number =>
  Math.max(coin.born, firstListing + (hash(coin.key, 45) % 200) * daySeconds)

/** The candles of a coin in a currency, the last one in progress. */
function listCandles(
  { market, faults, clock }: ExchangeOptions,
  coin: SimulatedCoin,
  quote: SimulatedCoin | null,
  { from, to, width, limit }: Range,
): Candle[] {
  const now = Math.floor(clock() / 1000)
  const factor = faults.take(coin.id, ['other_coin']) === undefined ? 1 : 7
  const priceAt = (second: number): number => {
    const usd = market.priceAt(coin, second) ?? 0
    const rate = quote === null ? 1 : (market.priceAt(quote, second) ?? 1)
    return (factor * usd) / rate
  }
  const candles: Candle[] = []
  const first = Math.ceil(Math.max(from, toListing(coin)) / width) * width
  for (let at = first; at <= Math.min(to, now) && candles.length < limit; at += width) {
    const end = Math.min(at + width, now)
    const step = width / (samples[width] ?? 1)
    const [open, close] = [priceAt(at), priceAt(end)]
    let [high, low] = [Math.max(open, close), Math.min(open, close)]
    for (let second = at + step; second < end; second += step) {
      const price = priceAt(Math.floor(second))
      high = Math.max(high, price)
      low = Math.min(low, price)
    }
    const share = 0.05 + (hash(coin.key, at, 43) % 1000) / 50_000
    const quoteVolume = ((market.volumeAt(coin, end) ?? 0) * share * (end - at)) / daySeconds
    candles.push({ at, open, high, low, close, volume: quoteVolume / close, quoteVolume })
  }
  return applyFaults(candles, { faults, coin, now, width })
}

function applyFaults(
  candles: Candle[],
  { faults, coin, now, width }: { faults: Faults; coin: SimulatedCoin; now: number; width: number },
): Candle[] {
  if (faults.take(coin.id, ['candle_gaps']) !== undefined) return candles.filter((_, index) => index % 5 !== 3)
  if (faults.take(coin.id, ['candle_duplicates']) !== undefined) return [...candles, ...candles.slice(-20)]
  if (faults.take(coin.id, ['candle_revision']) !== undefined)
    return candles.map((candle) =>
      candle.at + width <= now && candle.at + 2 * width > now ? { ...candle, high: candle.high * 1.01 } : candle,
    )
  return candles
}

const toText = (value: number): string => value.toFixed(8)

/** Simulates the market data of Binance under `/binance/api/v3`, and of Coinbase Exchange under `/coinbase`. */
export function answerExchange(
  options: ExchangeOptions,
  path: string,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  if (path === '/binance/api/v3/exchangeInfo')
    return sendJson(response, { timezone: 'UTC', symbols: listSymbols(options) })
  if (path === '/binance/api/v3/klines') return sendKlines(options, query, response)
  if (path === '/coinbase/products') return sendJson(response, listProducts(options))
  const [, product] = /^\/coinbase\/products\/([A-Z0-9-]+)\/candles$/.exec(path) ?? []
  if (product !== undefined) return sendAggregations(options, product, query, response)
  sendJson(response, { message: 'NotFound' }, 404)
}

const listSymbols = (options: ExchangeOptions) =>
  [...listTraded(options, isOnBinance).keys()].map((base) => ({
    symbol: `${base}USDT`,
    status: 'TRADING',
    baseAsset: base,
    baseAssetPrecision: 8,
    quoteAsset: 'USDT',
    quotePrecision: 8,
    isSpotTradingAllowed: true,
    permissions: ['SPOT'],
    filters: [],
  }))

function sendKlines(options: ExchangeOptions, query: URLSearchParams, response: ServerResponse): void {
  const symbol = query.get('symbol') ?? ''
  const coin = symbol.endsWith('USDT') ? listTraded(options, isOnBinance).get(symbol.slice(0, -4)) : undefined
  if (coin === undefined) return sendJson(response, { code: -1121, msg: 'Invalid symbol.' }, 400)
  const width = intervalSeconds[query.get('interval') ?? '']
  if (width === undefined) return sendJson(response, { code: -1120, msg: 'Invalid interval.' }, 400)
  const limit = Math.min(maxKlines, Number(query.get('limit') ?? 500))
  const now = Math.floor(options.clock() / 1000)
  const from = query.has('startTime') ? Number(query.get('startTime')) / 1000 : now - limit * width
  const to = query.has('endTime') ? Number(query.get('endTime')) / 1000 : now
  const tether = options.market.findCoin(tetherId) ?? null
  const klines = listCandles(options, coin, tether, { from, to, width, limit }).map((candle) => [
    candle.at * 1000,
    toText(candle.open),
    toText(candle.high),
    toText(candle.low),
    toText(candle.close),
    toText(candle.volume),
    (candle.at + width) * 1000 - 1,
    toText(candle.quoteVolume),
    hash(coin.key, candle.at, 44) % 5000,
    toText(candle.volume / 2),
    toText(candle.quoteVolume / 2),
    '0',
  ])
  sendJson(response, klines)
}

const listProducts = (options: ExchangeOptions) =>
  [...listTraded(options, isOnCoinbase).keys()].map((base) => ({
    id: `${base}-USD`,
    base_currency: base,
    quote_currency: 'USD',
    quote_increment: '0.00000001',
    base_increment: '0.00000001',
    display_name: `${base}/USD`,
    status: 'online',
    trading_disabled: false,
  }))

function sendAggregations(
  options: ExchangeOptions,
  product: string,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const coin = product.endsWith('-USD') ? listTraded(options, isOnCoinbase).get(product.slice(0, -4)) : undefined
  if (coin === undefined) return sendJson(response, { message: 'NotFound' }, 404)
  const width = Number(query.get('granularity'))
  if (!Object.values(intervalSeconds).includes(width))
    return sendJson(response, { message: 'Unsupported granularity' }, 400)
  const now = Math.floor(options.clock() / 1000)
  const to = query.has('end') ? Date.parse(query.get('end') ?? '') / 1000 : now
  const from = query.has('start') ? Date.parse(query.get('start') ?? '') / 1000 : to - (maxAggregations - 1) * width
  if ((to - from) / width > maxAggregations) {
    const message = 'granularity too small for the requested time range. Count of aggregations requested exceeds 300'
    return sendJson(response, { message }, 400)
  }
  const rows = listCandles(options, coin, null, { from, to, width, limit: maxAggregations + 1 })
    .map(({ at, open, high, low, close, volume }) => [at, low, high, open, close, volume])
    .reverse()
  sendJson(response, rows)
}
