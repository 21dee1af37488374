import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  binanceMarkets,
  coinbaseMarkets,
  type FakeExchange,
  krakenMarkets,
  sendInTurn,
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
  createExchange({ id, clock: systemClock, log, usdtUsd, getSettings: fake.getSettings })

/** Collects batches until `isEnough`. */
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

test('Binance: subscribes to active markets and converts USDT prices at the current rate', async (t) => {
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onMessage: (socket) =>
      sendInTurn(socket, ['{"result":null,"id":1}', ...Array(3).fill(mini('BTCUSDT', '64513.34000000'))]),
  })
  const rates = [null, 0.5, 2]
  let count = 0
  const source = open(fake, 'binance', () => rates[count++] ?? null)
  const found = await collect(source.streamTicks(coins, patience()), ({ length }) => length === 3)
  const counts = found.map(({ ticks, withheld, garbage }) => [ticks.length, withheld, garbage])
  assert.deepEqual(counts, [
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

test('Coinbase: subscribes to USD markets within 500 ms and uses the match time', async (t) => {
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

test('Kraken: reads numeric prices without a source time, and survives a rejected symbol', async (t) => {
  const frames = [
    '{"channel":"status","type":"update","data":[{"system":"online"}]}',
    '{"method":"subscribe","success":false,"error":"Currency pair not supported DOGE/USD","req_id":1}',
    '{"channel":"heartbeat"}',
    '{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","last":105899.4,"timestamp":"2022-12-25T09:30:59.123456Z"}]}',
    '{"channel":"ticker","type":"snapshot","data":[{"symbol":"DOGE/USD","last":1.0e-7}]}',
    '{"channel":"ticker","type":"snapshot","data":[{"symbol":"ETH/USD","bid":1,"ask":2,"change":1}]}',
  ]
  const fake = await startExchange(t, { markets: krakenMarkets, onMessage: (socket) => sendInTurn(socket, frames) })
  const batches = open(fake, 'kraken').streamTicks([...coins, 'augur'], patience())
  const found = await collect(batches, ({ length }) => length === 3)
  assert.deepEqual(toTicks(found), [
    ['bitcoin', 105899.4, null],
    ['dogecoin', 1.0e-7, null],
  ])
  assert.deepEqual(
    found.map(({ garbage }) => garbage),
    [0, 0, 1],
  )
  assert.deepEqual(fake.messages, [
    { method: 'subscribe', params: { channel: 'ticker', symbol: ['BTC/USD', 'ETH/USD', 'DOGE/USD'] }, req_id: 1 },
  ])
})

test('delivers the newest price of a burst, and keeps prices in order', async (t) => {
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onMessage: (socket) => {
      for (let price = 1; price <= 900; price += 1) {
        socket.send(mini('BTCUSDT', String(price)))
        socket.send(mini('ETHUSDT', String(price)))
      }
    },
  })
  const batches = open(fake, 'binance').streamTicks(coins, patience())
  const ticks = toTicks(
    await collect(batches, (found) => toTicks(found).filter(([, price]) => price === 900).length === 2),
  )
  for (const coin of ['bitcoin', 'ethereum']) {
    const prices = ticks.flatMap(([id, price]) => (id === coin ? [Number(price)] : []))
    assert.equal(prices.at(-1), 900)
    assert.ok(prices.every((price, index) => price > (prices[index - 1] ?? 0)))
  }
})

test('an invalid price and a message that ccxt cannot read count as garbage and leave the stream open', async (t) => {
  const bad = ['0', '-1', 'NaN', 'Infinity', '0x10', '1e999', '', ' ', '1,5', null, {}, [1], true].map((c) =>
    mini('BTCUSDT', c),
  )
  const unreadable = ['{"e":', 'pong', 'null']
  const ignored = ['[null]', '[]', '{}', mini('DOTUSDT', '1')]
  const frames = [...bad, ...unreadable, ...ignored, mini('ETHUSDT', '5')]
  const fake = await startExchange(t, { markets: binanceMarkets, onMessage: (socket) => sendInTurn(socket, frames) })
  const found = await collect(open(fake, 'binance').streamTicks(coins, patience()), (all) => toTicks(all).length > 0)
  assert.deepEqual(toTicks(found), [['ethereum', 5, 1_770_000_000_123]])
  assert.deepEqual(
    found.map(({ garbage }) => garbage),
    [...Array(bad.length + unreadable.length).fill(1), 0],
  )
})

test('more than 100 messages in a row that ccxt cannot read end the stream', async (t) => {
  const frames = [...Array(100).fill('null'), mini('ETHUSDT', '5'), ...Array(101).fill('null')]
  const fake = await startExchange(t, { markets: binanceMarkets, onMessage: (socket) => sendInTurn(socket, frames) })
  const found: TickBatch[] = []
  const read = async () => {
    for await (const batch of open(fake, 'binance').streamTicks(coins, patience())) found.push(batch)
  }
  await assert.rejects(read(), { kind: 'broken', source: 'binance' })
  assert.equal(found.length, 201)
  await isShut(fake)
})

test('responds to server pings', async (t) => {
  let pongs = 0
  const fake = await startExchange(t, {
    markets: binanceMarkets,
    onSocket: (socket) => {
      const ping = setInterval(() => socket.ping('20'), 10)
      socket.on('close', () => clearInterval(ping))
      socket.on('pong', (payload) => {
        assert.equal(String(payload), '20')
        pongs += 1
        if (pongs === 3) socket.send(mini('BTCUSDT', '1'))
      })
    },
  })
  await collect(open(fake, 'binance').streamTicks(coins, patience()), () => true)
  assert.ok(pongs >= 3)
})

test('no message yields a price that is not positive and finite, or a coin that was not requested', async (t) => {
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
  const random = fc.sample(
    fc.oneof(
      message.map((m) => JSON.stringify(m)),
      fc.string({ minLength: 1 }),
    ),
    800,
  )
  const sound = (price: number) => [
    `{"e":"24hrMiniTicker","s":"ETHUSDT","c":"${price}"}`,
    `{"type":"ticker","product_id":"ETH-USD","price":"${price}"}`,
    `{"channel":"ticker","data":[{"symbol":"ETH/USD","last":${price}}]}`,
  ]
  const frames = [...random.flatMap((text, index) => (index % 50 === 49 ? [text, ...sound(1)] : [text])), ...sound(77)]
  const lists = { binance: binanceMarkets, coinbase: coinbaseMarkets, kraken: krakenMarkets }
  for (const [id, markets] of Object.entries(lists)) {
    const fake = await startExchange(t, { markets, onMessage: (socket) => sendInTurn(socket, frames) })
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
