import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toKind, toUnderlying } from './id-map.ts'

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
    ['pax-gold', 'PAX Gold', 'coin'],
    ['bitcoin', 'Bitcoin', 'coin'],
    ['ethereum-classic', 'Ethereum Classic', 'coin'],
  ]
  for (const [id, name, kind] of cases) assert.equal(toKind(id, name), kind, id)
})
