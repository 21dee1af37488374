import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCoincapId, toExchangeSymbol, toKind, toUnderlying } from './id-map.ts'

const forms: Record<string, string> = {
  'wrapped-bitcoin': 'bitcoin',
  tbtc: 'bitcoin',
  'lombard-staked-btc': 'bitcoin',
  'bitcoin-avalanche-bridged-btc-b': 'bitcoin',
  'arbitrum-bridged-wbtc-arbitrum-one': 'bitcoin',
  weth: 'ethereum',
  'staked-ether': 'ethereum',
  'wrapped-steth': 'ethereum',
  'mantle-staked-ether': 'ethereum',
  'kelp-dao-restaked-eth': 'ethereum',
  'coinbase-wrapped-staked-eth': 'ethereum',
  'binance-peg-weth': 'ethereum',
  'binance-peg-dogecoin': 'dogecoin',
  'wrapped-avax': 'avalanche-2',
  'staked-hype': 'hyperliquid',
  'jupiter-staked-sol': 'solana',
  'bridged-usd-coin-optimism': 'usd-coin',
  'binance-bridged-usdt-bnb-smart-chain': 'tether',
  'pax-gold': 'gold',
  'tether-gold': 'gold',
}

test('finds the asset behind a wrapped, staked or bridged coin from the list or its id', () => {
  for (const [id, asset] of Object.entries(forms)) assert.equal(toUnderlying(id), asset, id)
})

test('finds no underlying asset for an independent one with a similar name', () => {
  const own =
    'bitcoin ethereum ethereum-classic bitcoin-gold bitcoin-cash lido-dao ether-fi wormhole hyperliquid ethena'
  for (const id of [...own.split(' '), 'wrapped', 'staked-', 'peg', 'staked-frob', ''])
    assert.equal(toUnderlying(id), null, id)
})

test('the kind follows the underlying asset, and tokenized gold is a coin', () => {
  const cases: [string, string, string][] = [
    ['wrapped-bitcoin', 'Wrapped Bitcoin', 'wrapped'],
    ['binance-peg-dogecoin', 'Doge on BNB Chain', 'wrapped'],
    ['solv-btc', 'Solv Protocol SolvBTC', 'wrapped'],
    ['staked-ether', 'Lido Staked Ether', 'staked'],
    ['kelp-dao-restaked-eth', 'Kelp DAO Restaked ETH', 'staked'],
    ['bridged-usd-coin-optimism', 'Bridged Coin', 'stablecoin'],
    ['some-bridged-usdx', 'Bridged USDX', 'stablecoin'],
    ['some-frob', 'Wrapped Frob', 'wrapped'],
    ['tether', 'Tether', 'stablecoin'],
    ['gemini-dollar', 'Gemini Dollar', 'stablecoin'],
    ['terrausd', 'TerraClassicUSD', 'stablecoin'],
    ['blackrock-usd-institutional-digital-liquidity-fund', 'BUIDL', 'stablecoin'],
    ['binance-bridged-usdt-bnb-smart-chain', 'Binance Bridged USDT', 'stablecoin'],
    ['bridged-dai-frob', 'Frob', 'stablecoin'],
    ['msol', 'Marinade SOL', 'staked'],
    ['frob', 'Staked Frob', 'staked'],
    ['frob-eth', 'Frob Restaked ETH', 'staked'],
    ['unstaked', 'Unstaked', 'coin'],
    ['pegged-dogecoin', 'Frob', 'wrapped'],
    ['pax-gold', 'PAX Gold', 'coin'],
    ['bitcoin', 'Bitcoin', 'coin'],
    ['ethereum-classic', 'Ethereum Classic', 'coin'],
  ]
  for (const [id, name, kind] of cases) assert.equal(toKind(id, name), kind, id)
})

test('names coins as CoinCap does', () => {
  const named: Record<string, string> = {
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
    bitcoin: 'bitcoin',
  }
  for (const [id, name] of Object.entries(named)) assert.equal(toCoincapId(id), name)
})

test('names coins as exchanges do, and none that shares its symbol with another', () => {
  const pairs =
    'bitcoin:BTC tron:TRX the-open-network:TON monero:XMR okb:OKB polygon-ecosystem-token:POL bonk:BONK sky:SKY vaulta:A ' +
    'sei-network:SEI raydium:RAY iota:IOTA zcash:ZEC chain-2:XCN arweave:AR ecash:XEC wormhole:W gnosis:GNO mina-protocol:MINA ' +
    'gmx:GMX qtum:QTUM numeraire:NMR'
  for (const pair of pairs.split(' '))
    assert.equal(`${pair.split(':')[0]}:${toExchangeSymbol(pair.split(':')[0] ?? '')}`, pair)
  for (const id of ['bitcoin-gold', 'terra-luna', 'btc', '']) assert.equal(toExchangeSymbol(id), null, id)
})
