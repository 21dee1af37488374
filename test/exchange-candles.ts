import { SourceError, type SourceErrorKind } from '../server/errors.ts'
import { type ExchangeCandle, type ExchangeInterval, exchangeGrids, type Quote } from '../server/exchange-candles.ts'
import type { CandleSource, PageQuery } from '../server/sources/exchange-candles.ts'

/** The candle of a market that opens at an instant (ms since 1970); null: a gap. */
export type Series = (at: number, interval: ExchangeInterval) => ExchangeCandle | null

export const toCandle = (at: number, price: number, fields: Partial<ExchangeCandle> = {}): ExchangeCandle => ({
  at,
  open: price,
  high: price * 1.02,
  low: price * 0.98,
  close: price,
  base_volume: 10,
  quote_volume: 10 * price,
  ...fields,
})

export type FakeMarket = { coin: string; symbol: string; quote: Quote; series: Series }

export type FakeExchange = CandleSource & {
  /** The pages that were fetched, as `symbol interval`. */
  asked: string[]
  markets: FakeMarket[]
  /** The error of the next call that a test sets; undefined: none. */
  fail: ((query: PageQuery | null) => SourceErrorKind | undefined) | undefined
}

/** An exchange whose markets are functions. `getNow`: its clock. */
export function createFakeExchange(id: string, markets: FakeMarket[], getNow: () => number): FakeExchange {
  const check = (query: PageQuery | null) => {
    const kind = fake.fail?.(query)
    if (kind !== undefined) throw new SourceError(id, kind, `${id} is ${kind}.`)
  }
  const fake: FakeExchange = {
    id,
    candlesPerCall: 1000,
    asked: [],
    markets,
    fail: undefined,
    open: () => ({
      listMarkets: async (coins, quotes) => {
        check(null)
        const listed = fake.markets.filter(({ coin, quote }) => coins.includes(coin) && quotes.includes(quote))
        return new Map(listed.map(({ coin, symbol, quote }) => [coin, { exchange: id, symbol, quote }]))
      },
      fetchCandles: async (query) => {
        check(query)
        const { symbol, interval, from, to } = query
        const { widthMs } = exchangeGrids[interval]
        const market = fake.markets.find((known) => known.symbol === symbol)
        if (market === undefined) throw new SourceError(id, 'not_found', `${id} has no market ${symbol}.`)
        fake.asked.push(`${symbol} ${interval}`)
        const candles: ExchangeCandle[] = []
        for (let at = Math.ceil(from / widthMs) * widthMs; at < to && at + widthMs <= getNow(); at += widthMs)
          candles.push(...[market.series(at, interval)].filter((candle) => candle !== null))
        const newest = market.series(Math.floor(getNow() / widthMs) * widthMs, interval)
        return { candles, last: newest?.close ?? null, invalid: 0 }
      },
      close: async () => undefined,
    }),
  }
  return fake
}
