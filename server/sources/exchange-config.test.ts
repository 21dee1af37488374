import assert from 'node:assert/strict'
import { test } from 'node:test'
import ccxt, { type Exchange } from 'ccxt'
import { listExchanges } from '../exchanges.ts'
import { toExchangeConfig } from './exchange-config.ts'

const options = {
  defaultType: 'spot',
  newUpdates: false,
  ws: { options: { maxPayload: 8 * 1024 * 1024, closeTimeout: 1000 } },
}
const settings = { enableRateLimit: false, has: { fetchCurrencies: false }, options }

test('reads spot markets without a rate limiter, currencies or unbounded messages', () => {
  const kraken = { module: 'kraken', settings, marketParams: {}, candleCallsPerMinute: 50, candlesPerCall: 720 }
  assert.deepEqual(toExchangeConfig('kraken'), kraken)
  assert.deepEqual(toExchangeConfig('bitstamp'), {
    ...kraken,
    module: 'bitstamp',
    candleCallsPerMinute: 60,
    candlesPerCall: 300,
  })
})

test('reads Binance from the hosts of its market data, and every match of Coinbase', () => {
  const types = { types: ['spot'] }
  const { settings: ours, ...binance } = toExchangeConfig('binance')
  const { urls, ...others } = ours as { urls: { api: unknown } }
  assert.deepEqual(urls.api, {
    public: 'https://data-api.binance.vision/api/v3',
    ws: { spot: 'wss://data-stream.binance.vision/ws' },
  })
  assert.deepEqual(others, { ...settings, options: { ...options, fetchMarkets: types } })
  assert.deepEqual(binance, {
    module: 'binance',
    marketParams: { symbolStatus: 'TRADING', showPermissionSets: 'false' },
    candleCallsPerMinute: 600,
    candlesPerCall: 1000,
  })
  assert.equal(toExchangeConfig('coinbase').module, 'coinbaseexchange')
})

test('asks only for spot markets where ccxt lets choose the types', () => {
  const classes = ccxt.pro as unknown as Record<string, new () => Exchange>
  const choosable = listExchanges().filter((id) => {
    const Class = classes[id]
    const types: unknown = Class === undefined ? undefined : new Class().options.fetchMarkets?.types
    return Array.isArray(types) && types.includes('spot') && types.length > 1
  })
  assert.ok(choosable.includes('binance'))
  const limited = listExchanges().filter((id) => {
    const { fetchMarkets } = toExchangeConfig(id).settings.options as { fetchMarkets?: { types: string[] } }
    return fetchMarkets?.types.join() === 'spot'
  })
  assert.deepEqual(limited, choosable)
})
