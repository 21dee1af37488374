import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoinOhlcv } from '../../../../contract/charts.ts'
import { toSourceName } from './candle-source.ts'

const toCandle = (timestamp: string) => ({ timestamp }) as CoinOhlcv['candles'][number]
const day = (number: number) => Date.parse(`2026-11-0${number}`)

test('names the source of each candle: the market of the exchange, then our own', () => {
  const candles = [toCandle('2026-11-01T00:00:00Z'), toCandle('2026-11-02T00:00:00Z')]
  const ohlcv = { interval: '1d', candles, source: 'binance', market: 'BTC/USDT' } as const
  const names = (continued_at: string | null, mode: 'live' | 'demo' = 'live') =>
    [1, 2, 3].map((number) => toSourceName({ ...ohlcv, continued_at }, day(number), mode))
  assert.deepEqual(names(null), ['Binance BTC/USDT', 'Binance BTC/USDT', 'CoinGecko'])
  assert.deepEqual(names('2026-11-02T00:00:00Z'), ['Binance BTC/USDT', 'CoinGecko', 'CoinGecko'])
  assert.deepEqual(names('2026-11-02T00:00:00Z', 'demo').slice(0, 2), [
    'Simulated Binance BTC/USDT',
    'Market simulator',
  ])
  const own = { interval: '1m', candles, source: 'stream', market: null, continued_at: null } as const
  assert.equal(toSourceName(own, day(1), 'live'), 'Stream and snapshots')
})
