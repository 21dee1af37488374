import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { type WebSocket, WebSocketServer } from 'ws'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import type { SourceError } from '../errors.ts'
import { createCoincap, parseFrame } from './coincap.ts'
import type { TickBatch } from './source.ts'

const ids = new Map([
  ['bitcoin', 'bitcoin'],
  ['xrp', 'ripple'],
])

const toPrices = ({ ticks }: TickBatch) =>
  Object.fromEntries(ticks.map(({ coingecko_id, price_usd }) => [coingecko_id, price_usd]))

test('maps prices to CoinGecko ids without losing a digit, and counts invalid prices as garbage', () => {
  const frame = '{"bitcoin":"64513.349999999999","xrp":"0.0000181574969452","unknown":"1","dogecoin":"2"}'
  assert.deepEqual(parseFrame(frame, ids, 7), {
    ticks: [
      { coingecko_id: 'bitcoin', price_usd: 64513.349999999999, source_at: null, received_at: 7, source: 'coincap' },
      { coingecko_id: 'ripple', price_usd: 0.0000181574969452, source_at: null, received_at: 7, source: 'coincap' },
    ],
    garbage: 0,
    withheld: 0,
  })
  const none = { ticks: [], garbage: 1, withheld: 0 }
  for (const bad of ['"0"', '"-1"', '"NaN"', '"Infinity"', '""', '"0x10"', 'null', '{}', '[1]', 'true', '"1e999"'])
    assert.deepEqual(parseFrame(`{"bitcoin":${bad},"unknown":${bad}}`, ids, 7), none, bad)
  for (const bad of ['not json', '{"bitcoin":"1"', '[]', '7', 'null', ''])
    assert.deepEqual(parseFrame(bad, ids, 7), none, bad)
})

test('every price from any frame is positive and finite', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.dictionary(fc.constantFrom('bitcoin', 'xrp'), fc.jsonValue()).map((v) => JSON.stringify(v)),
      ),
      (frame) => {
        if (frame.startsWith('Unauthorized') || /^\s*{.*"error"/s.test(frame)) return
        for (const { price_usd, coingecko_id } of parseFrame(frame, ids, 7).ticks) {
          assert.ok(price_usd > 0 && Number.isFinite(price_usd))
          assert.ok(['bitcoin', 'ripple'].includes(coingecko_id))
        }
      },
    ),
  )
})

test('reports a rejected key, as text and as an object', () => {
  const message = 'CoinCap rejected the API key. Check COINCAP_API_KEY and its plan.'
  assert.throws(() => parseFrame('Unauthorized: bad key', ids, 7), { kind: 'bad_key', message })
  assert.throws(() => parseFrame('{"error":"no access"}', ids, 7), { kind: 'bad_key' })
})

test('an error frame that does not mention the key does not count as a rejected key', () => {
  const kinds: [string, string][] = [
    ['"internal error"', 'broken'],
    ['{"code":500,"message":"try later"}', 'broken'],
    ['42', 'broken'],
    ['"monkey business"', 'broken'],
    ['"your plan has no stream"', 'plan'],
    ['{"message":"Invalid API key"}', 'bad_key'],
    ['"unauthorised"', 'bad_key'],
  ]
  const remedies: Record<string, string> = {
    broken: 'Reconnecting.',
    plan: 'Check the plan of COINCAP_API_KEY.',
    bad_key: 'Check COINCAP_API_KEY.',
  }
  for (const [error, kind] of kinds) {
    const message = `CoinCap answered "${error.startsWith('"') ? error.slice(1, -1) : error}". ${remedies[kind]}`
    assert.throws(() => parseFrame(`{"error":${error}}`, ids, 7), { kind, message })
  }
  assert.deepEqual(toPrices(parseFrame('{"error":null,"bitcoin":"5"}', ids, 7)), { bitcoin: 5 })
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

async function collect(batches: AsyncIterable<TickBatch>, count: number): Promise<TickBatch[]> {
  const found: TickBatch[] = []
  for await (const batch of batches) if (found.push(batch) === count) break
  return found
}

const patience = () => AbortSignal.timeout(5000)

test('requests the mapped assets with the key and yields their prices', async (t) => {
  let asked = ''
  const url = await startStream(t, (socket, path) => {
    asked = path
    socket.send('{"xrp":"2.5"}')
  })
  const source = createCoincap({ clock: systemClock, url, apiKey: 'key' })
  const [batch] = await collect(source.streamTicks(['bitcoin', 'ripple'], patience()), 1)
  assert.deepEqual(batch && toPrices(batch), { ripple: 2.5 })
  assert.equal(asked, '/prices?assets=bitcoin%2Cxrp&apiKey=key')
})

test('lists up to 200 assets and requests all beyond, and sends no key without one', async (t) => {
  const asked: string[] = []
  const url = await startStream(t, (socket, path) => {
    asked.push(path)
    socket.send('{}')
  })
  const source = createCoincap({ clock: systemClock, url, apiKey: null })
  const coins = Array.from({ length: 201 }, (_, index) => `coin-${index}`)
  for (const list of [coins.slice(1), coins]) await collect(source.streamTicks(list, patience()), 1)
  assert.deepEqual(asked, [`/prices?assets=${coins.slice(1).join('%2C')}`, '/prices?assets=ALL'])
})

test('a caller that has left opens no stream', async (t) => {
  let count = 0
  const url = await startStream(t, () => {
    count += 1
  })
  const source = createCoincap({ clock: systemClock, url, apiKey: null })
  assert.deepEqual(await collect(source.streamTicks(['bitcoin'], AbortSignal.abort()), 1), [])
  assert.equal(count, 0)
})

test('merges unread frames and keeps the newest price of each coin', async (t) => {
  const url = await startStream(t, (socket) => {
    socket.send('not json')
    for (let price = 1; price <= 500; price += 1)
      socket.send(JSON.stringify({ bitcoin: String(price), ...(price === 3 ? { xrp: '9' } : {}) }))
  })
  const source = createCoincap({ clock: systemClock, url, apiKey: null })
  let prices: Record<string, number> = {}
  let garbage = 0
  for await (const batch of source.streamTicks(['bitcoin', 'ripple'], patience())) {
    prices = { ...prices, ...toPrices(batch) }
    garbage += batch.garbage
    if (prices.bitcoin === 500) break
  }
  assert.deepEqual(prices, { bitcoin: 500, ripple: 9 })
  assert.equal(garbage, 1)
})

test('a frame without prices yields an empty batch', async (t) => {
  const url = await startStream(t, (socket) => socket.send('{}'))
  const source = createCoincap({ clock: systemClock, url, apiKey: null })
  assert.deepEqual(await collect(source.streamTicks(['bitcoin'], patience()), 1), [
    { ticks: [], garbage: 0, withheld: 0 },
  ])
})

test('a closed or refused stream throws, and an aborted one ends and closes its socket', async (t) => {
  const closed = Promise.withResolvers<void>()
  let open = 0
  const url = await startStream(t, (socket, path) => {
    if (path.includes('xrp')) socket.close()
    else if (path.includes('tether')) socket.send('Unauthorized: no access')
    else {
      open += 1
      socket.on('close', () => closed.resolve())
    }
  })
  const source = createCoincap({ clock: systemClock, url, apiKey: null })
  const message = 'CoinCap closed the stream (code 1005). Reconnecting.'
  await assert.rejects(collect(source.streamTicks(['ripple'], patience()), 1), { kind: 'unreachable', message })
  await assert.rejects(collect(source.streamTicks(['tether'], patience()), 1), { kind: 'bad_key' })
  const dead = createCoincap({ clock: systemClock, url: 'ws://127.0.0.1:1/prices', apiKey: null })
  await assert.rejects(collect(dead.streamTicks(['bitcoin'], patience()), 1), {
    kind: 'unreachable',
    message: /^Can't reach CoinCap \(.+\)\. Retrying automatically\.$/,
  })
  const silent = new AbortController()
  const waiting = collect(source.streamTicks(['bitcoin'], silent.signal), 1)
  await waitFor(() => open > 0)
  silent.abort()
  assert.deepEqual(await waiting, [])
  await closed.promise
})

test('reports a refused handshake as a rejected key, and other answers as unreachable', async (t) => {
  const rejected = { kind: 'bad_key', message: 'CoinCap rejected the API key. Check COINCAP_API_KEY.' }
  const answers = { 300: { kind: 'bad_request' }, 400: { kind: 'unreachable' }, 401: rejected, 403: rejected }
  for (const [status, expected] of Object.entries(answers)) {
    const server = createServer((_request, response) => response.writeHead(Number(status)).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/prices`
    const source = createCoincap({ clock: systemClock, url, apiKey: 'key' })
    await assert.rejects(collect(source.streamTicks(['bitcoin'], patience()), 1), expected)
  }
})

test('refuses a redirect of the handshake, which would leak the key', async (t) => {
  const seen: string[] = []
  const start = async (answer: string) => {
    const server = createServer().on('upgrade', (request, socket) => {
      seen.push(request.url ?? '')
      socket.end(answer)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const thief = await start('HTTP/1.1 403 No\r\n\r\n')
  const url = await start(`HTTP/1.1 302 Found\r\nlocation: ${thief}/?apiKey=kept-here\r\nconnection: close\r\n\r\n`)
  const source = createCoincap({ clock: systemClock, url, apiKey: 'kept-here' })
  const read = async () => {
    for await (const _batch of source.streamTicks(['bitcoin'], AbortSignal.timeout(10_000))) assert.fail('no prices')
  }
  await assert.rejects(read(), ({ kind, message }: SourceError) => {
    assert.equal(kind, 'bad_request')
    assert.match(message, /redirects \(HTTP 302\).*Set COINCAP_WS_URL/)
    assert.doesNotMatch(message, /kept-here/)
    return true
  })
  assert.equal(seen.length, 1)
})
