import { toExchangeSymbol } from './id-map.ts'

/** A unified market of ccxt. `active` is undefined if the exchange doesn't report it. */
export type ListedMarket = {
  symbol: string
  base: string
  quote: string
  spot?: boolean | undefined
  active?: boolean | undefined
}

export type ChosenMarket = { coingecko_id: string; quote: 'USD' | 'USDT' }

/**
 * The active spot market that prices each coin, by its unified symbol: the one in USD, otherwise the one in USDT. Coins
 * without a market are in `skipped`.
 */
export function chooseMarkets(
  coingeckoIds: readonly string[],
  listed: Iterable<ListedMarket>,
): { markets: Map<string, ChosenMarket>; skipped: string[] } {
  const symbols = new Map<string, Map<string, string>>([
    ['USD', new Map()],
    ['USDT', new Map()],
  ])
  for (const { symbol, base, quote, spot, active } of listed)
    if (spot === true && active !== false) symbols.get(quote)?.set(base, symbol)
  const markets = new Map<string, ChosenMarket>()
  const skipped: string[] = []
  for (const coingecko_id of coingeckoIds) {
    const base = toExchangeSymbol(coingecko_id) ?? ''
    const quote = symbols.get('USD')?.has(base) ? 'USD' : 'USDT'
    const symbol = symbols.get(quote)?.get(base)
    if (symbol === undefined) skipped.push(coingecko_id)
    else markets.set(symbol, { coingecko_id, quote })
  }
  return { markets, skipped }
}
