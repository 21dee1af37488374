import type { CoinKind } from '../../contract/coins.ts'

const coincapIds: Readonly<Record<string, string>> = {
  ripple: 'xrp',
  binancecoin: 'binance-coin',
  'staked-ether': 'steth',
  'avalanche-2': 'avalanche',
  'leo-token': 'unus-sed-leo',
  'the-open-network': 'toncoin',
  near: 'near-protocol',
  dai: 'multi-collateral-dai',
  'crypto-com-chain': 'crypto-com-coin',
  'render-token': 'render',
  'polygon-ecosystem-token': 'polygon',
  'sonic-3': 'sonic',
  'worldcoin-wld': 'worldcoin-org',
  blockstack: 'stacks',
}

/** The id that CoinCap uses for a CoinGecko id. Most are the same. */
export const toCoincapId = (coingeckoId: string): string => coincapIds[coingeckoId] ?? coingeckoId

const stablecoins = new Set(
  (
    'tether usd-coin usds dai ethena-usde first-digital-usd paypal-usd usdd frax true-usd binance-usd paxos-standard ' +
    'gemini-dollar liquity-usd usd1-wlfi ripple-usd susds ethena-staked-usde falcon-finance usdtb global-dollar ' +
    'binance-bridged-usdt-bnb-smart-chain terrausd neutrino husd nusd euro-coin crvusd usual-usd usdb blackrock-usd-institutional-digital-liquidity-fund'
  ).split(' '),
)
const stakedCoins = new Set(
  'staked-ether wrapped-steth wrapped-eeth rocket-pool-eth mantle-staked-ether binance-staked-sol jito-staked-sol msol kelp-dao-restaked-eth renzo-restaked-eth coinbase-wrapped-staked-eth'.split(
    ' ',
  ),
)
const wrappedCoins = new Set('weth wrapped-bitcoin coinbase-wrapped-btc wbnb huobi-btc renbtc tbtc'.split(' '))

/** What kind of asset a CoinGecko id names: by list, then by how such assets call themselves. */
export function toKind(coingeckoId: string, name: string): CoinKind {
  if (stablecoins.has(coingeckoId)) return 'stablecoin'
  if (stakedCoins.has(coingeckoId) || /\b(?:re)?staked\b/i.test(name)) return 'staked'
  if (wrappedCoins.has(coingeckoId) || /\b(?:wrapped|bridged|binance-peg)\b/i.test(name))
    return /usd/i.test(coingeckoId) ? 'stablecoin' : 'wrapped'
  return 'coin'
}
