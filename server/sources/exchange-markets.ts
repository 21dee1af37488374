import { toExchangeSymbol } from './id-map.ts'

/** A unified market of ccxt. `active` is undefined if the exchange doesn't report it. */
export type ListedMarket = {
  symbol: string
  base: string
  quote: string
  spot?: boolean | undefined
  active?: boolean | undefined
}

export type ChosenMarket<Q extends string = 'USD' | 'USDT'> = { coingecko_id: string; quote: Q }

/**
 * The active spot market that prices each coin, by its unified symbol: the one in the first of `quotes` that it has. Coins
 * without a market are in `skipped`.
 */
export function chooseMarkets<const Q extends string>(
  coingeckoIds: readonly string[],
  listed: Iterable<ListedMarket>,
  quotes: readonly Q[],
): { markets: Map<string, ChosenMarket<Q>>; skipped: string[] } {
  const symbols = new Map<string, Map<string, string>>(quotes.map((quote) => [quote, new Map()]))
  for (const { symbol, base, quote, spot, active } of listed)
    if (spot === true && active !== false) symbols.get(quote)?.set(base, symbol)
  const markets = new Map<string, ChosenMarket<Q>>()
  const skipped: string[] = []
  for (const coingecko_id of coingeckoIds) {
    const base = toExchangeSymbol(coingecko_id) ?? ''
    const quote = quotes.find((name) => symbols.get(name)?.has(base))
    const symbol = quote === undefined ? undefined : symbols.get(quote)?.get(base)
    if (quote === undefined || symbol === undefined) skipped.push(coingecko_id)
    else markets.set(symbol, { coingecko_id, quote })
  }
  return { markets, skipped }
}
