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

const exchangeSymbols: ReadonlyMap<string, string> = new Map(
  (
    'bitcoin:BTC ethereum:ETH tether:USDT ripple:XRP binancecoin:BNB solana:SOL usd-coin:USDC dogecoin:DOGE ' +
    'cardano:ADA tron:TRX wrapped-bitcoin:WBTC sui:SUI chainlink:LINK avalanche-2:AVAX stellar:XLM shiba-inu:SHIB ' +
    'bitcoin-cash:BCH hedera-hashgraph:HBAR leo-token:LEO hyperliquid:HYPE the-open-network:TON litecoin:LTC ' +
    'polkadot:DOT monero:XMR bitget-token:BGB pepe:PEPE bittensor:TAO uniswap:UNI aptos:APT near:NEAR dai:DAI ' +
    'okb:OKB ondo-finance:ONDO aave:AAVE crypto-com-chain:CRO ethereum-classic:ETC internet-computer:ICP ' +
    'official-trump:TRUMP kaspa:KAS mantle:MNT vechain:VET render-token:RENDER polygon-ecosystem-token:POL cosmos:ATOM ' +
    'ethena:ENA ethena-usde:USDE fetch-ai:FET filecoin:FIL algorand:ALGO sonic-3:S arbitrum:ARB celestia:TIA bonk:BONK ' +
    'worldcoin-wld:WLD blockstack:STX jupiter-exchange-solana:JUP sky:SKY kucoin-shares:KCS quant-network:QNT ' +
    'virtual-protocol:VIRTUAL vaulta:A flare-networks:FLR story-2:IP nexo:NEXO fartcoin:FARTCOIN optimism:OP ' +
    'sei-network:SEI xdce-crowd-sale:XDC immutable-x:IMX injective-protocol:INJ curve-dao-token:CRV the-graph:GRT ' +
    'pudgy-penguins:PENGU floki:FLOKI jasmycoin:JASMY lido-dao:LDO theta-token:THETA dexe:DEXE gala:GALA raydium:RAY ' +
    'bitcoin-cash-sv:BSV tether-gold:XAUT pax-gold:PAXG the-sandbox:SAND iota:IOTA pancakeswap-token:CAKE helium:HNT ' +
    'ethereum-name-service:ENS kaia:KAIA dogwifcoin:WIF zcash:ZEC flow:FLOW jito-governance-token:JTO ' +
    'decentraland:MANA tezos:XTZ chain-2:XCN aerodrome-finance:AERO spx6900:SPX pendle:PENDLE reserve-rights-token:RSR ' +
    'pyth-network:PYTH elrond-erd-2:EGLD arweave:AR kava:KAVA dydx-chain:DYDX thorchain:RUNE starknet:STRK ' +
    'apecoin:APE berachain-bera:BERA popcat:POPCAT akash-network:AKT ecash:XEC neo:NEO axie-infinity:AXS ' +
    'conflux-token:CFX movement:MOVE wormhole:W chiliz:CHZ compound-governance-token:COMP morpho:MORPHO ronin:RON ' +
    'axelar:AXL amp-token:AMP just:JST trust-wallet-token:TWT gnosis:GNO layerzero:ZRO kaito:KAITO eigenlayer:EIGEN ' +
    '1inch:1INCH mina-protocol:MINA safe:SAFE aethir:ATH dash:DASH golem:GLM convex-finance:CVX kusama:KSM zksync:ZK ' +
    'zilliqa:ZIL havven:SNX rocket-pool:RPL gmx:GMX decred:DCR sushi:SUSHI yearn-finance:YFI enjincoin:ENJ ' +
    'basic-attention-token:BAT zencash:ZEN bancor:BNT qtum:QTUM livepeer:LPT ankr:ANKR first-digital-usd:FDUSD ' +
    'paypal-usd:PYUSD true-usd:TUSD ripple-usd:RLUSD skale:SKL band-protocol:BAND numeraire:NMR'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
)

/**
 * The symbol of a coin on exchanges. It comes only from the list, because many coins share a symbol. Null for a coin
 * that no exchange trades, and for a symbol that some exchange uses or used for another coin.
 */
export const toExchangeSymbol = (coingeckoId: string): string | null => exchangeSymbols.get(coingeckoId) ?? null

const stablecoins = new Set(
  (
    'tether usd-coin usds dai ethena-usde first-digital-usd paypal-usd usdd frax true-usd binance-usd paxos-standard ' +
    'gemini-dollar liquity-usd usd1-wlfi ripple-usd susds ethena-staked-usde falcon-finance usdtb global-dollar ' +
    'binance-bridged-usdt-bnb-smart-chain terrausd neutrino husd nusd euro-coin crvusd usual-usd usdb blackrock-usd-institutional-digital-liquidity-fund'
  ).split(' '),
)
const stakedCoins = new Set(
  'staked-ether wrapped-steth wrapped-eeth rocket-pool-eth msol stader-ethx sweth compound-ether frax-ether super-oeth'.split(
    ' ',
  ),
)

const gold = 'gold'

/** Assets, and the ids of their wrapped, staked or bridged forms that `toUnderlying` can't parse. */
const formsOf = new Map(
  Object.entries({
    bitcoin: 'coinbase-wrapped-btc huobi-btc renbtc tbtc solv-btc solv-protocol-solvbtc-bbn clbtc pumpbtc abtc',
    ethereum:
      'weth staked-ether wrapped-steth wrapped-eeth rocket-pool-eth stakewise-v3-oseth stader-ethx sweth ' +
      'liquid-staked-ethereum compound-ether frax-ether super-oeth cgeth-hashkey-cloud',
    solana: 'msol',
    binancecoin: 'wbnb',
    [gold]: 'tether-gold pax-gold',
  }).flatMap(([asset, forms]) => forms.split(' ').map((form) => [form, asset] as const)),
)

const assetNames: ReadonlyMap<string, string> = new Map([
  ...[...exchangeSymbols].map(([id, symbol]) => [symbol.toLowerCase(), id] as const),
  ...[...exchangeSymbols.keys()].map((id) => [id, id] as const),
  ['ether', 'ethereum'],
])

/** Parts of an id that mark a form of the asset that follows. */
const formWords: readonly string[] = ['wrapped', 'staked', 'restaked', 'bridged', 'pegged', 'peg']
const hasFormWord = new RegExp(formWords.join('|'))

/** The asset at the start of a name, as in `usd-coin-optimism`, `wbtc` or `steth`. */
function findAsset(name: readonly string[]): string | undefined {
  for (let length = name.length; length > 0; length -= 1) {
    const word = name.slice(0, length).join('-')
    const asset = assetNames.get(word) ?? assetNames.get(word.replace(/^(?:w|st)/, ''))
    if (asset !== undefined) return asset
  }
  return undefined
}

/**
 * The CoinGecko id of the asset behind a wrapped, staked or bridged coin, or `gold` for tokenized gold. Uses the list
 * first, then parses ids like `arbitrum-bridged-wbtc-arbitrum-one`. Null for an independent asset or an unknown form.
 */
export function toUnderlying(coingeckoId: string): string | null {
  const listed = formsOf.get(coingeckoId)
  if (listed !== undefined) return listed
  if (!hasFormWord.test(coingeckoId)) return null
  const parts = coingeckoId.split('-')
  const word = parts.findLastIndex((part) => formWords.includes(part))
  const asset = word === -1 ? undefined : findAsset(parts.slice(word + 1))
  if (asset === undefined || asset === coingeckoId) return null
  return toUnderlying(asset) ?? asset
}

/** The kind of an asset: from the lists first, then from words in its id and name. */
export function toKind(coingeckoId: string, name: string): CoinKind {
  if (stablecoins.has(coingeckoId)) return 'stablecoin'
  const underlying = toUnderlying(coingeckoId)
  if (underlying !== null && stablecoins.has(underlying)) return 'stablecoin'
  if (stakedCoins.has(coingeckoId) || /\b(?:re)?staked\b/i.test(`${coingeckoId} ${name}`)) return 'staked'
  if ((underlying !== null && underlying !== gold) || /\b(?:wrapped|bridged|binance-peg)\b/i.test(name))
    return /usd/i.test(coingeckoId) ? 'stablecoin' : 'wrapped'
  return 'coin'
}
