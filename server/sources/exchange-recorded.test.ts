import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { sendInTurn, startExchange } from '../../test/exchange-server.ts'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { parseFrame } from './coincap.ts'
import { createExchange } from './exchange.ts'
import { toCoincapId, toExchangeSymbol } from './id-map.ts'
import type { Tick } from './source.ts'

const folder = new URL('../../../shared/upstreams/recorded/', import.meta.url)
const skip = existsSync(folder) ? false : 'the recordings in ../shared are missing'
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8')
const readLines = (path: string) =>
  read(path)
    .split('\n')
    .filter((line) => line !== '')
const log = createLog({ pretty: false, write: () => undefined })

const coins =
  'bitcoin ethereum tether chainlink tezos cosmos litecoin zilliqa stellar cardano tron qtum dash zcash neo iota ripple ' +
  'skale band-protocol numeraire yearn-finance curve-dao-token the-graph monero usd-coin binancecoin basic-attention-token'
const ids = coins.split(' ')
const toId = new Map(ids.map((id) => [toExchangeSymbol(id), id]))

/** The ticks of `frames`, sent unchanged; `last` is a frame of bitcoin at 1 that ends the replay. */
async function replay(t: TestContext, id: string, markets: object, frames: string[], last: string): Promise<Tick[]> {
  const fake = await startExchange(t, {
    markets,
    onMessage: (socket) => sendInTurn(socket, [...frames, last]),
  })
  const source = createExchange({ id, clock: systemClock, log, usdtUsd: () => 1, getSettings: fake.getSettings })
  const ticks: Tick[] = []
  for await (const batch of source.streamTicks(ids, AbortSignal.timeout(20_000))) {
    assert.equal(batch.garbage, 0)
    if (batch.ticks.some(({ price_usd }) => price_usd === 1)) return ticks
    ticks.push(...batch.ticks)
  }
  throw new Error('the replay did not end')
}

const toRows = (ticks: Tick[]) => ticks.map((tick) => [tick.coingecko_id, tick.price_usd, tick.source_at])

test('reads recorded Binance messages, single and in arrays, without losing a digit', { skip }, async (t) => {
  const combined = readLines('binance/combined_stream_ticker_messages.jsonl').filter((line) =>
    /"24hrMiniTicker".*"c":"\d+\.\d{8}"/.test(line),
  )
  const frames = [read('binance/miniTicker_arr_spot_2020-06-19.json'), ...combined]
  const markets = JSON.parse(read('binance/exchangeInfo_symbols_2021-10-12.json'))
  const expected = [...frames.join('\n').matchAll(/"E":(\d+),"s":"(\w+)USDT".*?"c":"([\d.]+)"/g)].flatMap(
    ([, E, base, c]) => {
      const id = toId.get(base ?? '')
      return id === undefined ? [] : [[id, Number(c), Number(E)]]
    },
  )
  assert.ok(expected.length >= 4)
  const last = '{"e":"24hrMiniTicker","E":1,"s":"BTCUSDT","c":"1.00000000"}'
  assert.deepEqual(toRows(await replay(t, 'binance', markets, frames, last)), expected)
})

test('reads recorded Coinbase messages of the requested markets, without losing a digit, with the match time', {
  skip,
}, async (t) => {
  const frames = readLines('coinbase/exchange_ticker_2021-04-17.jsonl').flatMap((line) => {
    const raw = /"raw":(\{.*\})\}$/.exec(line)?.[1]
    return raw === undefined ? [] : [raw]
  })
  const expected = frames.flatMap((frame) => {
    const [, base, price, time] = /"product_id":"(\w+)-USD","price":"([\d.]+)".*"time":"(.*?)"/.exec(frame) ?? []
    const id = toId.get(base ?? '')
    return id === undefined ? [] : [[id, Number(price), Date.parse(time ?? '')]]
  })
  assert.ok(expected.length >= 1)
  const last = '{"type":"ticker","product_id":"BTC-USD","price":"1.00","time":"2021-04-17T16:43:30.244075Z"}'
  const markets = JSON.parse(read('coinbase/products_2021-04-17.json'))
  assert.deepEqual(toRows(await replay(t, 'coinbase', markets, frames, last)), expected)
})

test('reads sampled Kraken messages, and ignores frames of its older protocol', { skip }, async (t) => {
  const toPair = (wsname: string, base: string, quote: string) => ({
    wsname,
    altname: wsname,
    base,
    quote,
    status: 'online',
  })
  const pairs = [
    toPair('XBT/USD', 'XXBT', 'ZUSD'),
    toPair('ETH/USDT', 'XETH', 'USDT'),
    toPair('XMR/USD', 'XXMR', 'ZUSD'),
  ]
  const old = readLines('kraken/v1_ticker_2021-04-17.jsonl').map((line) => JSON.stringify(JSON.parse(line).raw))
  const sampled = [read('kraken/v2_ticker_snapshot_fixture.json'), read('kraken/v2_ticker_update_fixture.json')]
  const [bitcoin, ethereum] = sampled.map((text) => Number(/"last": ([\d.]+)/.exec(text)?.[1]))
  const last = '{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","last":1}]}'
  const markets = { error: [], result: Object.fromEntries(pairs.map((pair) => [pair.wsname, pair])) }
  assert.deepEqual(toRows(await replay(t, 'kraken', markets, [...old, ...sampled], last)), [
    ['bitcoin', bitcoin, null],
    ['ethereum', ethereum, null],
  ])
})

test('reads recorded CoinCap prices without losing a digit', { skip }, () => {
  const text = ['v2_assets_20_2024-06-22.json', 'v3_assets_4_2025-12.json']
    .map((name) => read(`coincap/${name}`))
    .join()
  const prices = [...text.matchAll(/"id": ?"([\w-]+)"[^{}]*?"priceUsd": ?"([\d.]+)"/g)].map(
    ([, id, price]) => [id ?? '', price ?? ''] as const,
  )
  assert.ok(prices.length > 20)
  const toCoingecko = new Map(prices.map(([id]) => [id, id]))
  for (const id of ['ripple', 'binancecoin']) toCoingecko.set(toCoincapId(id), id)
  for (const [id, price] of prices) {
    const { ticks, garbage } = parseFrame(`{"${id}":"${price}"}`, toCoingecko, 5)
    assert.deepEqual([ticks.map(({ price_usd }) => price_usd), garbage], [[Number(price)], 0])
    if (id === 'xrp') assert.equal(ticks[0]?.coingecko_id, 'ripple')
  }
})
