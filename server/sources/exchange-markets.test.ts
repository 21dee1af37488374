import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Listed, toMarkets } from './exchange-markets.ts'
import { toExchangeSymbol } from './id-map.ts'

const market = (base: string, quote: string, more: Partial<Listed> = {}): Listed => ({
  symbol: `${base}/${quote}${more.spot === false ? `:${quote}` : ''}`,
  base,
  quote,
  spot: true,
  active: true,
  ...more,
})

test('USD is preferred, then USDT; only spot markets that trade count, and what has none is left out', () => {
  const listed = [
    market('BTC', 'USDT'),
    market('BTC', 'USD'),
    market('BTC', 'EUR'),
    market('ETH', 'USD', { active: false }),
    market('ETH', 'USDT', { active: undefined }),
    market('SOL', 'USD', { spot: false }),
    market('USDC', 'USDT'),
    market('A', 'USDT'),
    market('S', 'USDT'),
    market('MATIC', 'USDT'),
    market('WETH', 'USD'),
    market('STETH', 'USD'),
    market('MKR', 'USD'),
  ]
  const ids =
    'bitcoin ethereum solana tether usd-coin vaulta sonic-3 polygon-ecosystem-token weth staked-ether maker bnb'
  const { markets, leftOut } = toMarkets(ids.split(' '), listed)
  assert.deepEqual(Object.fromEntries(markets), {
    'BTC/USD': { coingecko_id: 'bitcoin', quote: 'USD' },
    'ETH/USDT': { coingecko_id: 'ethereum', quote: 'USDT' },
    'USDC/USDT': { coingecko_id: 'usd-coin', quote: 'USDT' },
    'A/USDT': { coingecko_id: 'vaulta', quote: 'USDT' },
    'S/USDT': { coingecko_id: 'sonic-3', quote: 'USDT' },
  })
  assert.deepEqual(leftOut, ['solana', 'tether', 'polygon-ecosystem-token', 'weth', 'staked-ether', 'maker', 'bnb'])
})

test('coins that share a symbol with a better known one, or are wrapped, staked or bridged, have no code', () => {
  const ids =
    'binance-peg-dogecoin weth binance-peg-weth arbitrum-bridged-wbtc-arbitrum-one staked-ether wrapped-steth wrapped-eeth ' +
    'coinbase-wrapped-btc binance-bridged-usdt-bnb-smart-chain binance-bridged-usdc-bnb-smart-chain matic-network maker ' +
    'terra-luna terra-luna-2 beam-2 toString constructor'
  for (const id of ids.split(' ')) assert.equal(toExchangeSymbol(id), null, id)
})
