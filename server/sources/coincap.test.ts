import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { type WebSocket, WebSocketServer } from 'ws'
import { systemClock } from '../clock.ts'
import { createCoincap, parsePrices } from './coincap.ts'
import type { PriceBatch } from './source.ts'

const ids = new Map([
  ['bitcoin', 'bitcoin'],
  ['xrp', 'ripple'],
])

test('prices are mapped to CoinGecko ids to the last digit, and what is no price is left out', () => {
  const frame = '{"bitcoin":"64513.349999999999","xrp":"0.0000181574969452","unknown":"1","dogecoin":"2"}'
  assert.deepEqual(parsePrices(frame, ids), { bitcoin: 64513.349999999999, ripple: 0.0000181574969452 })
  for (const bad of ['"0"', '"-1"', '"NaN"', '"Infinity"', '""', 'null', '{}', '[1]', 'true', '"1e999"'])
    assert.deepEqual(parsePrices(`{"bitcoin":${bad}}`, ids), {}, bad)
})

test('no frame, whatever its text, gives a price that is not positive and finite', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.dictionary(fc.constantFrom('bitcoin', 'xrp'), fc.jsonValue()).map((v) => JSON.stringify(v)),
      ),
      (frame) => {
        if (frame.startsWith('Unauthorized') || /^\s*{.*"error"/s.test(frame)) return
        for (const price of Object.values(parsePrices(frame, ids))) assert.ok(price > 0 && Number.isFinite(price))
      },
    ),
  )
})

test('a refused key is told as such, as text and as an object', () => {
  assert.throws(() => parsePrices('Unauthorized: bad key', ids), { kind: 'bad_key' })
  assert.throws(() => parsePrices('{"error":"no access"}', ids), { kind: 'bad_key' })
})

async function startStream(t: TestContext, onConnect: (socket: WebSocket, url: string) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket, request) => onConnect(socket, request.url ?? ''))
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/prices`
}

async function collect(batches: AsyncIterable<PriceBatch>, count: number): Promise<PriceBatch[]> {
  const found: PriceBatch[] = []
  for await (const batch of batches) if (found.push(batch) === count) break
  return found
}

test('the stream asks for the mapped assets with the key and yields what comes', async (t) => {
  let asked = ''
  const url = await startStream(t, (socket, path) => {
    asked = path
    socket.send('not json')
    socket.send('{"xrp":"2.5"}')
  })
  const source = createCoincap({ clock: systemClock, url, apiKey: 'key' })
  const [batch] = await collect(source.streamPrices(['bitcoin', 'ripple'], AbortSignal.timeout(5000)), 1)
  assert.deepEqual(batch?.prices, { ripple: 2.5 })
  assert.equal(asked, '/prices?assets=bitcoin%2Cxrp&apiKey=key')
})

test('frames that come faster than they are read are merged, the newest price of each coin stays', async (t) => {
  const url = await startStream(t, (socket) => {
    for (let price = 1; price <= 500; price += 1)
      socket.send(JSON.stringify({ bitcoin: String(price), ...(price === 3 ? { xrp: '9' } : {}) }))
  })
  const stream = createCoincap({ clock: systemClock, url, apiKey: null }).streamPrices(
    ['bitcoin', 'ripple'],
    AbortSignal.timeout(5000),
  )
  let prices: Record<string, number> = {}
  for await (const batch of stream) {
    prices = { ...prices, ...batch.prices }
    if (prices.bitcoin === 500) break
  }
  assert.deepEqual(prices, { bitcoin: 500, ripple: 9 })
})

test('a silent stream and a closed one end with an error, an aborted one ends', async (t) => {
  const url = await startStream(t, (socket, path) => {
    if (path.includes('xrp')) socket.close()
  })
  const source = createCoincap({ clock: systemClock, url, apiKey: null, silenceMs: 100 })
  await assert.rejects(collect(source.streamPrices(['bitcoin'], AbortSignal.timeout(5000)), 1), { kind: 'broken' })
  await assert.rejects(collect(source.streamPrices(['ripple'], AbortSignal.timeout(5000)), 1), { kind: 'unreachable' })
  const dead = createCoincap({ clock: systemClock, url: 'ws://127.0.0.1:1/prices', apiKey: null })
  await assert.rejects(collect(dead.streamPrices(['bitcoin'], AbortSignal.timeout(5000)), 1), { kind: 'unreachable' })
})
