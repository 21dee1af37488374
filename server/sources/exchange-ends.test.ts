import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import {
  binanceMarkets,
  coinbaseMarkets,
  type FakeExchange,
  sendInTurn,
  startExchange,
} from '../../test/exchange-server.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createExchange } from './exchange.ts'
import type { TickBatch } from './source.ts'

const log = createLog({ pretty: false, write: () => undefined })
const coins = ['bitcoin', 'ethereum']
const isShut = (fake: FakeExchange) => waitFor(() => fake.countOpen() === 0, 'every connection closed', 3000)

const open = ({ getSettings }: FakeExchange, id: string) =>
  createExchange({ id, clock: systemClock, log, usdtUsd: () => 1, getSettings })

async function readAll(batches: AsyncIterable<TickBatch>): Promise<TickBatch[]> {
  const found: TickBatch[] = []
  for await (const batch of batches) found.push(batch)
  return found
}

const endOf = async (fake: FakeExchange, id: string, ids = coins) => {
  await readAll(open(fake, id).streamTicks(ids, AbortSignal.timeout(20_000)))
  assert.fail('it ended without an error')
}

test('a stream that closes or refuses the subscription ends with an error', async (t) => {
  const binance = async (onMessage: NonNullable<Parameters<typeof startExchange>[1]['onMessage']>) =>
    endOf(await startExchange(t, { markets: binanceMarkets, onMessage }), 'binance')
  await assert.rejects(
    binance((socket) => socket.close(1001)),
    { kind: 'unreachable', source: 'binance' },
  )
  await assert.rejects(
    binance((socket) => socket.terminate()),
    { kind: 'unreachable' },
  )
  await assert.rejects(
    binance((socket) => socket.send('{"error":{"code":2,"msg":"Invalid request"},"id":1}')),
    /Invalid request/,
  )
  const early = await startExchange(t, { markets: binanceMarkets, onSocket: (socket) => socket.terminate() })
  await assert.rejects(endOf(early, 'binance'), { kind: 'unreachable' })
  const product = await startExchange(t, {
    markets: coinbaseMarkets,
    onMessage: (socket) => {
      const price = '{"type":"ticker","product_id":"BTC-USD","price":"1","time":"2021-04-17T16:43:30.244075Z"}'
      sendInTurn(socket, [
        price,
        '{"type":"error","message":"Failed to subscribe","reason":"X-USD is not a valid product"}',
      ])
    },
  })
  await assert.rejects(endOf(product, 'coinbase'), { kind: 'broken', message: /X-USD is not a valid product/ })
  await isShut(product)
})

const answer =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers)
    response.end(body)
  }

test('the error of a refused or invalid market list names the reason and what to do', async (t) => {
  const cases = [
    [answer(451, '{"code":0,"msg":"Service unavailable from a restricted location"}'), 'blocked', /STREAM_SOURCES/],
    [answer(403, '<html>WAF</html>'), 'blocked', /STREAM_SOURCES/],
    [answer(429, '{}', { 'retry-after': '7' }), 'rate_limited', /429/],
    [answer(418, '{}', { 'retry-after': '7' }), 'rate_limited', /418/],
    [answer(500, 'oops'), 'unreachable', /500/],
    [answer(200, '{"symbols":[]}'), 'broken', /no market list/],
    [answer(200, '<html>welcome</html>'), 'broken', /binance/],
    [(response: ServerResponse) => response.destroy(), 'unreachable', /binance/],
  ] as const
  for (const [markets, kind, message] of cases) {
    const fake = await startExchange(t, { markets: (response) => void markets(response) })
    await assert.rejects(endOf(fake, 'binance'), { kind, message, retryAfterMs: kind === 'rate_limited' ? 7000 : null })
    await isShut(fake)
  }
  const kraken = await startExchange(t, { markets: { error: ['EAPI:Rate limit exceeded'] } })
  await assert.rejects(endOf(kraken, 'kraken'), { kind: 'rate_limited' })
})

test('the error of a refused handshake names the status', async (t) => {
  for (const [status, kind] of [
    [451, 'blocked'],
    [403, 'blocked'],
    [429, 'rate_limited'],
    [502, 'unreachable'],
  ] as const) {
    const fake = await startExchange(t, { markets: binanceMarkets, onSocket: status })
    await assert.rejects(endOf(fake, 'binance'), { kind, message: new RegExp(String(status)) })
  }
})

test('rejects an exchange that is unknown, does not stream, or has none of the coins', async (t) => {
  const fake = await startExchange(t, { markets: binanceMarkets })
  for (const id of ['nobody', 'bitstamp', '../binance'])
    await assert.rejects(endOf(fake, id), { kind: 'bad_request', message: /kraken/ })
  await assert.rejects(endOf(fake, 'binance', ['weth', 'tether']), { kind: 'not_found' })
  assert.equal(fake.messages.length, 0)
})

async function assertAborts(
  t: TestContext,
  script: Parameters<typeof startExchange>[1],
  isReady: (fake: FakeExchange) => boolean,
) {
  const fake = await startExchange(t, script)
  const stop = new AbortController()
  const reading = readAll(open(fake, 'binance').streamTicks(coins, stop.signal))
  await waitFor(() => isReady(fake))
  stop.abort()
  await reading
  await isShut(fake)
}

test('an abort ends the stream within a second in every phase and leaves nothing open', async (t) => {
  const asked = ({ requests }: FakeExchange) => requests.length > 0
  await assertAborts(t, { markets: () => undefined }, asked)
  await assertAborts(t, { markets: (response) => void response.write('{"symbols":[') }, asked)
  await assertAborts(t, { markets: binanceMarkets, onSocket: 0 }, ({ requests }) => requests.length === 2)
  await assertAborts(t, { markets: binanceMarkets }, ({ messages }) => messages.length > 0)
  const fake = await startExchange(t, { markets: binanceMarkets })
  assert.deepEqual(await readAll(open(fake, 'binance').streamTicks(coins, AbortSignal.abort())), [])
  assert.equal(fake.requests.length, 0)
})

test('a subscription sent to a closed stream leaves no unhandled rejection', async (t) => {
  const rejections: unknown[] = []
  const onRejection = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', onRejection)
  t.after(() => process.off('unhandledRejection', onRejection))
  const fake = await startExchange(t, { markets: binanceMarkets, onSocket: (socket) => socket.terminate() })
  await assert.rejects(endOf(fake, 'binance'), { kind: 'unreachable' })
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(rejections, [])
})
