import { dayMs, hourMs, minuteMs } from '../contract/time.ts'

type Grid = {
  widthMs: number
  /** Days to keep; null: all that the exchange has. */
  days: number | null
  /** The start of the stored block of an instant (ms since 1970). */
  toBlock: (at: number) => number
}

const floorTo = (width: number) => (at: number) => Math.floor(at / width) * width

const toMonth = (at: number): number => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** The lengths of exchange candles, in the order in which they are fetched. */
export const exchangeGrids = {
  '1d': { widthMs: dayMs, days: null, toBlock: toMonth },
  '1h': { widthMs: hourMs, days: 365, toBlock: floorTo(dayMs) },
  '1m': { widthMs: minuteMs, days: 7, toBlock: floorTo(hourMs) },
} as const satisfies Record<string, Grid>
export type ExchangeInterval = keyof typeof exchangeGrids
export const exchangeIntervals = Object.keys(exchangeGrids) as ExchangeInterval[]

/** Currencies in which markets may be quoted, the preferred one first, with the coin whose USD price is their rate. */
export const quoteCoins = { USD: null, USDT: 'tether', USDC: 'usd-coin' } as const
export type Quote = keyof typeof quoteCoins
export const quotes = Object.keys(quoteCoins) as Quote[]

/** A candle that opens at `at` (ms since 1970), in the quote currency. `quote_volume` is null if it isn't reported. */
export type ExchangeCandle = {
  at: number
  open: number
  high: number
  low: number
  close: number
  base_volume: number
  quote_volume: number | null
}

/** A market of an exchange by its unified symbol in ccxt. */
export type ExchangeMarket = { exchange: string; symbol: string; quote: Quote }
