import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { systemClock } from '../clock.ts'
import type { SourceError } from '../errors.ts'
import { type ExchangeInterval, quotes } from '../exchange-candles.ts'
import { type CandleSession, createCandleSource } from './exchange-candles.ts'

const now = Date.parse('2026-11-24T10:00:30Z')
const clock = { ...systemClock, now: () => now }

function open(t: TestContext, id: string, url: string): CandleSession {
  const source = createCandleSource({ id, clock, getSettings: () => ({ urls: { api: { public: url } } }) })
  const session = source.open(new AbortController().signal)
  t.after(session.close)
  return session
}

async function openSimulator(t: TestContext): Promise<Simulator> {
  const simulator = await startSimulator({ coins: 60, clock: () => now })
  t.after(simulator.close)
  return simulator
}

const fetch = (session: CandleSession, symbol: string, interval: ExchangeInterval, from: number, to = now) =>
  session.fetchCandles({ symbol, interval, from, to })

test('reads closed candles of Binance and Coinbase with the prices of the market', async (t) => {
  const { exchangeUrls, market } = await openSimulator(t)
  const [binance, coinbase] = [open(t, 'binance', exchangeUrls.binance), open(t, 'coinbase', exchangeUrls.coinbase)]
  const ids = ['bitcoin', 'tether', 'pi-network']
  assert.deepEqual(
    [...(await binance.listMarkets(ids, quotes))],
    [['bitcoin', { exchange: 'binance', symbol: 'BTC/USDT', quote: 'USDT' }]],
  )
  assert.deepEqual([...(await coinbase.listMarkets(ids, quotes)).keys()], ['bitcoin', 'tether'])
  const [coin, tether] = [market.findCoin('bitcoin'), market.findCoin('tether')]
  assert.ok(coin && tether)
  const priceAt = (ms: number) => market.priceAt(coin, ms / 1000) ?? 0
  const rateAt = (ms: number) => market.priceAt(tether, ms / 1000) ?? 0
  const from = now - 12 * dayMs
  const { candles, last, invalid } = await fetch(binance, 'BTC/USDT', '1d', from)
  assert.equal(invalid, 0)
  assert.equal(candles.length, 11)
  for (const { at, open, high, low, close, base_volume, quote_volume } of candles) {
    assert.ok(at % dayMs === 0 && at >= from && at + dayMs <= now, 'closed days only')
    assert.ok(Math.abs(open / (priceAt(at) / rateAt(at)) - 1) < 1e-9)
    assert.ok(Math.abs(close / (priceAt(at + dayMs) / rateAt(at + dayMs)) - 1) < 1e-9)
    assert.ok(high >= Math.max(open, close) && low <= Math.min(open, close))
    assert.ok(Math.abs((quote_volume ?? 0) / (base_volume * close) - 1) < 1e-6)
  }
  assert.ok(
    Math.abs((last ?? 0) / (priceAt(now) / rateAt(now)) - 1) < 1e-6,
    'the last price is of the candle in progress',
  )
  const usd = await fetch(coinbase, 'BTC/USD', '1h', now - 5 * hourMs)
  assert.deepEqual(
    usd.candles.map(({ close, quote_volume }) => [close, quote_volume]),
    [4, 3, 2, 1].map((hours) => [priceAt(now - 30_000 - (hours - 1) * hourMs), null]),
  )
})

test('keeps gaps, counts repeated candles once, and names each refusal', async (t) => {
  const { exchangeUrls, faults } = await openSimulator(t)
  const session = open(t, 'binance', exchangeUrls.binance)
  const from = now - 60 * minuteMs
  const { candles } = await fetch(session, 'ETH/USDT', '1m', from)
  faults.set([{ kind: 'candle_gaps', path: 'ethereum' }])
  assert.deepEqual(
    (await fetch(session, 'ETH/USDT', '1m', from)).candles,
    candles.filter((_, index) => index % 5 !== 3),
  )
  faults.set([{ kind: 'candle_duplicates', path: 'ethereum' }])
  assert.deepEqual((await fetch(session, 'ETH/USDT', '1m', from)).candles, candles)
  const failures = []
  for (const [kind, value] of [['exchange_block'], ['exchange_limit', 1], ['exchange_ban', 300]] as const) {
    faults.set([{ kind, path: 'klines', ...(value === undefined ? {} : { value }) }])
    // A ban lasts: each source has its own.
    const other = open(t, 'binance', exchangeUrls.binance)
    const ask = () =>
      fetch(other, 'ETH/USDT', '1m', from).catch((error: SourceError) => [error.kind, error.retryAfterMs])
    failures.push(await ask())
    faults.clear()
    if (kind === 'exchange_ban') failures.push(await ask())
  }
  assert.deepEqual(failures, [
    ['blocked', null],
    ['rate_limited', 1000],
    ['rate_limited', 300_000],
    ['rate_limited', 300_000],
  ])
  await assert.rejects(fetch(session, 'WBTC2/USDT', '1d', from), ({ kind }: SourceError) => kind === 'not_found')
})

test('reads candles of Kraken, and drops impossible ones', async (t) => {
  const at = now / 1000 - 30 - 7200
  const rows = [
    [at - 3600, '1.0', '1.2', '0.9', '1.1', '1.05', '20', 5],
    [at, '1.0', '0.8', '0.9', '1.1', '1.05', '20', 5],
    [at + 3600, '1.0', 'NaN', '0.9', '1.1', '1.05', '20', 5],
  ]
  const pair = { wsname: 'XBT/USD', altname: 'XBTUSD', base: 'XXBT', quote: 'ZUSD', status: 'online' }
  const server = createServer((request, response) => {
    const result = request.url?.includes('OHLC') ? { XXBTZUSD: rows, last: at } : { XXBTZUSD: pair }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ error: [], result }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const session = open(t, 'kraken', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  assert.equal((await session.listMarkets(['bitcoin'], quotes)).get('bitcoin')?.symbol, 'BTC/USD')
  const { candles, invalid } = await fetch(session, 'BTC/USD', '1h', now - 4 * hourMs)
  const values = { open: 1, high: 1.2, low: 0.9, close: 1.1, base_volume: 20, quote_volume: 21 }
  assert.deepEqual(candles, [{ at: (at - 3600) * 1000, ...values }])
  assert.equal(invalid, 2)
})
