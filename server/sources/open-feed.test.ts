import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WebSocket } from 'ws'
import { minuteMs } from '../../contract/time.ts'
import { quietLog } from '../../test/database.ts'
import { binanceMarkets, coinbaseMarkets, krakenMarkets, startExchange } from '../../test/exchange-server.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { openFeed } from './open-feed.ts'
import type { Tick } from './source.ts'
import { SourceClock } from './source-clock.ts'
import { UsdtRate } from './usdt-rate.ts'

const everyMs = 100
const patienceMs = 60_000

/** Sends the result of `toMessage` ten times per second after the client subscribes. */
const streaming = (toMessage: () => object) => (socket: WebSocket) => {
  const timer = setInterval(() => socket.send(JSON.stringify(toMessage())), everyMs)
  socket.on('close', () => clearInterval(timer))
}

test('converts USDT prices at the streamed price of Tether, and the next source takes over after a disconnect', async (t) => {
  const usdt = { price: '0.9990' }
  const binance = await startExchange(t, {
    markets: binanceMarkets,
    onMessage: streaming(() => ({ e: '24hrMiniTicker', E: Date.now(), s: 'BTCUSDT', c: '64000.00', o: '1' })),
  })
  const coinbase = await startExchange(t, {
    markets: coinbaseMarkets,
    onMessage: streaming(() => ({
      type: 'ticker',
      product_id: 'USDT-USD',
      price: usdt.price,
      time: new Date().toISOString(),
    })),
  })
  const kraken = await startExchange(t, {
    markets: krakenMarkets,
    onMessage: streaming(() => ({
      channel: 'ticker',
      type: 'update',
      data: [{ symbol: 'BTC/USD', last: 63_950.5, timestamp: new Date().toISOString() }],
    })),
  })
  const servers: Record<string, typeof binance> = { binance, coinbase, kraken }
  const gone = Promise.withResolvers<void>()
  let isGone = false
  const getSettings = async (id: string) => {
    if (id === 'binance' && isGone) throw new Error('gone')
    if (id === 'kraken') await gone.promise
    return servers[id]?.getSettings() ?? {}
  }
  const ticks: Tick[] = []
  const feed = openFeed(
    {
      names: ['binance', 'kraken'],
      coincap: { url: null, apiKey: null },
      clock: new SourceClock(systemClock),
      log: quietLog,
      getSettings,
    },
    (found) => ticks.push(...found),
  )
  t.after(feed.stop)
  feed.follow(['bitcoin', 'tether'])
  const last = (source: string) => ticks.findLast((tick) => tick.source === source)
  await waitFor(() => last('binance'), 'a price of Binance', patienceMs)
  assert.ok(
    ticks.findIndex(({ source }) => source === 'coinbase') < ticks.findIndex(({ source }) => source === 'binance'),
  )
  assert.deepEqual([last('coinbase')?.coingecko_id, last('coinbase')?.price_usd], ['tether', 0.999])
  assert.ok(ticks.every((tick) => tick.source !== 'binance' || tick.price_usd === 64_000 * 0.999))
  usdt.price = '1.0010'
  await waitFor(() => last('binance')?.price_usd === 64_000 * 1.001, 'the new rate')

  isGone = true
  gone.resolve()
  binance.closeStreams()
  await waitFor(() => last('kraken'), 'a price of Kraken', patienceMs)
  assert.equal(last('kraken')?.price_usd, 63_950.5)
  assert.equal(feed.report().source, 'kraken')
  await waitFor(() => coinbase.countOpen() === 0, 'the end of what only Binance needed', patienceMs)
})

test('knows no USDT rate without a price of Tether from the last 30 min', () => {
  let now = 1_000_000_000
  const rate = new UsdtRate({ ...systemClock, now: () => now })
  assert.equal(rate.current(), null)
  rate.note(0.998, now)
  rate.note(0.5, now - 1)
  assert.equal(rate.current(), 0.998)
  now += 30 * minuteMs + 1
  assert.equal(rate.current(), null)
})
