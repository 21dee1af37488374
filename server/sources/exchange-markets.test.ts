import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseMarkets, type ListedMarket } from './exchange-markets.ts'
import { toExchangeSymbol } from './id-map.ts'

const market = (base: string, quote: string, more: Partial<ListedMarket> = {}): ListedMarket => ({
  symbol: `${base}/${quote}${more.spot === false ? `:${quote}` : ''}`,
  base,
  quote,
  spot: true,
  active: true,
  ...more,
})

test('chooses an active spot market in USD, otherwise in USDT, and skips coins without one', () => {
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
  const { markets, skipped } = chooseMarkets(ids.split(' '), listed, ['USD', 'USDT'])
  assert.deepEqual(Object.fromEntries(markets), {
    'BTC/USD': { coingecko_id: 'bitcoin', quote: 'USD' },
    'ETH/USDT': { coingecko_id: 'ethereum', quote: 'USDT' },
    'USDC/USDT': { coingecko_id: 'usd-coin', quote: 'USDT' },
    'A/USDT': { coingecko_id: 'vaulta', quote: 'USDT' },
    'S/USDT': { coingecko_id: 'sonic-3', quote: 'USDT' },
  })
  assert.deepEqual(skipped, ['solana', 'tether', 'polygon-ecosystem-token', 'weth', 'staked-ether', 'maker', 'bnb'])
})

test('wrapped, staked and bridged coins, and coins with a shared symbol, have no exchange symbol', () => {
  const ids =
    'binance-peg-dogecoin weth binance-peg-weth arbitrum-bridged-wbtc-arbitrum-one staked-ether wrapped-steth wrapped-eeth ' +
    'coinbase-wrapped-btc binance-bridged-usdt-bnb-smart-chain binance-bridged-usdc-bnb-smart-chain matic-network maker ' +
    'terra-luna terra-luna-2 beam-2 toString constructor'
  for (const id of ids.split(' ')) assert.equal(toExchangeSymbol(id), null, id)
})
