import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  binanceMarkets,
  coinbaseMarkets,
  type FakeExchange,
  krakenMarkets,
  startExchange,
} from '../../test/exchange-server.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createExchange } from './exchange.ts'
import type { TickBatch } from './source.ts'

const log = createLog({ pretty: false, write: () => undefined })
const mini = (s: string, c: unknown, E = 1_770_000_000_123) => JSON.stringify({ e: '24hrMiniTicker', E, s, c, o: '1' })
const coins = ['bitcoin', 'ethereum', 'dogecoin', 'polygon-ecosystem-token', 'weth', 'nobody-knows']
const patience = () => AbortSignal.timeout(20_000)

const open = (fake: FakeExchange, id: string, usdtUsd: () => number | null = () => 1) =>
  createExchange({ id, clock: systemClock, log, usdtUsd, configure: fake.configure })

/** The batches up to the first one after which `isEnough`. */
async function collect(batches: AsyncIterable<TickBatch>, isEnough: (found: TickBatch[]) => boolean) {
  const found: TickBatch[] = []
  for await (const batch of batches) {
    found.push(batch)
    if (isEnough(found)) break
  }
  return found
}

const toTicks = (batches: TickBatch[]) =>
  batches.flatMap(({ ticks }) => ticks.map((tick) => [tick.coingecko_id, tick.price_usd, tick.source_at]))

const isShut = (fake: FakeExchange) => waitFor(() => fake.countOpen() === 0, 'every connection closed')

test('Binance: coins with a market that trades are asked for, every message is told, the rate of USDT moves prices', async (t) => {
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onMessage: (socket) => {
      socket.send('{"result":null,"id":1}')
      socket.send(mini('BTCUSDT', '64513.34000000'))
    },
  })
  const rates = [null, null, 0.5, 2]
  let heard = 0
  const source = open(fake, 'binance', () => rates[heard++] ?? null)
  const found = await collect(source.streamTicks(coins, patience()), ({ length }) => {
    if (length > 1) fake.send(mini('BTCUSDT', '64513.34000000'))
    return length === 4
  })
  const counts = found.map(({ ticks, withheld, garbage }) => [ticks.length, withheld, garbage])
  assert.deepEqual(counts, [
    [0, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
    [1, 0, 0],
  ])
  assert.deepEqual(toTicks(found), [
    ['bitcoin', 32256.67, 1_770_000_000_123],
    ['bitcoin', 129026.68, 1_770_000_000_123],
  ])
  assert.deepEqual(fake.messages, [
    { method: 'SUBSCRIBE', params: ['btcusdt@miniTicker', 'ethusdt@miniTicker'], id: 1 },
  ])
  assert.deepEqual(fake.requests, ['/exchangeInfo?symbolStatus=TRADING&showPermissionSets=false'])
  await isShut(fake)
})

test('Coinbase: subscribes in time, in USD where there is a market, and the time is that of the match', async (t) => {
  const price =
    '{"type":"ticker","product_id":"BTC-USD","price":"0.000018157496945299","time":"2021-04-17T16:43:30.244075Z"}'
  const fake = await startExchange(t, {
    markets: coinbaseMarkets,
    onSocket: (socket) =>
      void setTimeout(() => (fake.messages.length === 0 ? socket.close() : socket.send(price)), 500),
  })
  const found = await collect(open(fake, 'coinbase').streamTicks(['tether', ...coins], patience()), () => true)
  assert.deepEqual(toTicks(found), [['bitcoin', 0.000018157496945299, Date.parse('2021-04-17T16:43:30.244Z')]])
  assert.deepEqual(fake.messages, [
    { type: 'subscribe', product_ids: ['USDT-USD', 'BTC-USD', 'ETH-USD'], channels: ['ticker'] },
  ])
})

test('Kraken: every ticker of a message counts, as numbers, with its time if any; heartbeats are signs of life', async (t) => {
  const frames = [
    '{"channel":"status","type":"update","data":[{"system":"online"}]}',
    '{"method":"subscribe","success":false,"error":"Currency pair not supported DOGE/USD","req_id":1}',
    '{"channel":"heartbeat"}',
    '{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","last":105899.4,"timestamp":"2022-12-25T09:30:59.123456Z"},{"symbol":"DOGE/USD","last":1.0e-7},{"symbol":"ETH/USD","bid":1,"ask":2,"change":1}]}',
  ]
  const fake = await startExchange(t, {
    markets: krakenMarkets,
    onMessage: (socket) => frames.forEach((frame) => void socket.send(frame)),
  })
  const batches = open(fake, 'kraken').streamTicks([...coins, 'augur'], patience())
  const found = await collect(batches, ({ length }) => length === frames.length)
  assert.deepEqual(toTicks(found), [
    ['bitcoin', 105899.4, Date.parse('2022-12-25T09:30:59.123Z')],
    ['dogecoin', 1.0e-7, null],
  ])
  assert.deepEqual(
    found.map(({ garbage }) => garbage),
    [0, 0, 0, 1],
  )
  assert.deepEqual(fake.messages, [
    { method: 'subscribe', params: { channel: 'ticker', symbol: ['BTC/USD', 'ETH/USD', 'DOGE/USD'] }, req_id: 1 },
  ])
})

test('messages that come in a burst are all told, in their order', async (t) => {
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onMessage: (socket) => {
      for (let price = 1; price <= 900; price += 1) socket.send(mini('BTCUSDT', String(price)))
    },
  })
  const found = await collect(open(fake, 'binance').streamTicks(coins, patience()), ({ length }) => length === 900)
  assert.deepEqual(
    toTicks(found).map(([, price]) => price),
    Array.from({ length: 900 }, (_, index) => index + 1),
  )
})

test('what is no price of a coin asked for is garbage, and half a message is too', async (t) => {
  const bad = ['0', '-1', 'NaN', 'Infinity', '0x10', '1e999', '', ' ', '1,5', null, {}, [1], true].map((c) =>
    mini('BTCUSDT', c),
  )
  const frames = [
    ...bad,
    '{"e":"24hrMiniTicker","s":"BTCUSDT","o":"1","p":"1"}',
    '{"e":',
    '[null]',
    'pong',
    mini('DOTUSDT', '1'),
    mini('ETHUSDT', '5'),
  ]
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onMessage: (socket) => frames.forEach((f) => void socket.send(f)),
  })
  const found = await collect(open(fake, 'binance').streamTicks(coins, patience()), (all) => toTicks(all).length > 0)
  assert.deepEqual(toTicks(found), [['ethereum', 5, 1_770_000_000_123]])
  assert.equal(found.length, frames.length)
  const counted = found.slice(0, bad.length + 2).map(({ garbage }) => garbage)
  assert.deepEqual(
    counted,
    counted.map(() => 1),
  )
})

test('pings of the server are answered', async (t) => {
  let pongs = 0
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onSocket: (socket) => {
      const ping = setInterval(() => socket.ping('20'), 10)
      socket.on('close', () => clearInterval(ping))
      socket.on('pong', (payload) => {
        assert.equal(String(payload), '20')
        pongs += 1
        if (pongs === 3) socket.send('{}')
      })
    },
  })
  await collect(open(fake, 'binance').streamTicks(coins, patience()), () => true)
  assert.ok(pongs >= 3)
})

test('no message whatever gives a price that is not positive and finite, nor one of a coin not asked for', async (t) => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.jsonValue() },
    fc.constantFrom(
      '1.5',
      '-2',
      '1e400',
      'BTCUSDT',
      'DOTUSDT',
      'BTC-USD',
      'BTC/USD',
      'SOL-EUR',
      'ticker',
      '24hrMiniTicker',
      7,
    ),
  )
  const key = fc.constantFrom(
    'e',
    'E',
    's',
    'c',
    'o',
    'type',
    'channel',
    'product_id',
    'price',
    'time',
    'symbol',
    'last',
    'data',
  )
  const flat = fc.dictionary(key, value)
  const message = fc.oneof(flat, fc.array(flat), fc.record({ channel: fc.constant('ticker'), data: fc.array(flat) }))
  const frames = [
    ...fc.sample(
      fc.oneof(
        message.map((m) => JSON.stringify(m)),
        fc.string({ minLength: 1 }),
      ),
      800,
    ),
    '{"e":"24hrMiniTicker","s":"ETHUSDT","c":"77"}',
    '{"type":"ticker","product_id":"ETH-USD","price":"77"}',
    '{"channel":"ticker","data":[{"symbol":"ETH/USD","last":77}]}',
  ]
  const lists = { binance: binanceMarkets, coinbase: coinbaseMarkets, kraken: krakenMarkets }
  for (const [id, markets] of Object.entries(lists)) {
    const fake = await startExchange(t, { markets, onMessage: (socket) => frames.forEach((f) => void socket.send(f)) })
    const isLast = ({ ticks }: TickBatch) =>
      ticks.some(({ coingecko_id, price_usd }) => coingecko_id === 'ethereum' && price_usd === 77)
    const found = await collect(open(fake, id, () => 1).streamTicks(coins, patience()), (all) =>
      all.slice(-1).some(isLast),
    )
    for (const { coingecko_id, price_usd, source_at } of found.flatMap(({ ticks }) => ticks)) {
      assert.ok(coins.includes(coingecko_id))
      assert.ok(price_usd > 0 && Number.isFinite(price_usd))
      assert.ok(source_at === null || Number.isFinite(source_at))
    }
  }
})
