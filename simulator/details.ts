import { dollar, type SimulatedCoin } from './coins.ts'
import { uniform } from './hash.ts'
import type { Market } from './model.ts'

const sectors = ['Layer 1', 'Decentralized finance', 'Gaming', 'Infrastructure', 'Meme', 'Storage'] as const
const exchanges = ['Binance', 'Coinbase', 'Kraken', 'OKX'] as const
const targets = ['USDT', 'USD', 'EUR'] as const

function listCategories({ peg, sector }: SimulatedCoin): string[] {
  if (peg === dollar) return ['Stablecoins', 'USD stablecoin']
  return [...(peg === null ? [] : ['Wrapped tokens']), sectors[sector % sectors.length] ?? sectors[0]]
}

/** The answer of `/coins/{id}` at a second, as far as CryptoFlow reads it. */
export function createDetails(market: Market, coin: SimulatedCoin, second: number): Record<string, unknown> {
  const price = market.priceAt(coin, second)
  const volume = market.volumeAt(coin, second)
  const site = `https://example.com/${coin.id}`
  const tickers = exchanges.flatMap((name, index) =>
    targets.map((target, place) => {
      const share = uniform(coin.key, 100 + index, place) / (exchanges.length * targets.length)
      const spread = 1 + 0.001 * (uniform(coin.key, second, index) - 0.5)
      return {
        base: coin.symbol.toUpperCase(),
        target,
        market: { name, identifier: name.toLowerCase() },
        converted_last: { usd: price === null ? null : price * spread },
        converted_volume: { usd: volume === null ? null : Math.round(volume * share) },
        trade_url: `${site}/trade/${target.toLowerCase()}`,
        is_anomaly: false,
        is_stale: false,
      }
    }),
  )
  return {
    id: coin.id,
    symbol: coin.symbol,
    name: coin.name,
    categories: listCategories(coin),
    description: {
      en: `${coin.name} is a <b>simulated</b> coin of the demo market. Its price is a random path, not a real one.\r\n\r\nThe price started in ${new Date(coin.born * 1000).getUTCFullYear()}.`,
    },
    links: { homepage: [site], whitepaper: `${site}/paper`, blockchain_site: [`${site}/explorer`], repos_url: {} },
    tickers: price === null ? [] : tickers,
  }
}
