import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import WebSocket from 'ws'
import { CompactReader, compactProtocol } from '../../contract/compact-prices.ts'
import type { ServerFrame } from '../../contract/live.ts'
import { createPublisher } from '../../test/publisher.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { Hub } from '../live/hub.ts'
import { ConnectionLimiter, type StreamLimits } from './connection-limiter.ts'
import { servePrices } from './sockets.ts'

const path = '/api/v1/ws/prices'
const roomy: StreamLimits = { clients: 0, clientsPerAddress: 0, messageBytes: 16_384, messagesPerSecond: 20 }

async function open(t: TestContext, limits: Partial<StreamLimits> = {}) {
  const hub = new Hub(systemClock)
  hub.start()
  const publisher = createPublisher(hub)
  publisher.seed({ bitcoin: 1, ethereum: 2, solana: 3 })
  const server: Server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = servePrices(server, hub, { origins: [], limiter: new ConnectionLimiter({ ...roomy, ...limits }) })
  const { port } = server.address() as AddressInfo
  t.after(async () => {
    hub.stop()
    server.closeAllConnections()
    server.close()
  })
  const join = async ({ protocol = [], deflates = true }: { protocol?: string[]; deflates?: boolean } = {}) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol, { perMessageDeflate: deflates })
    const frames: ServerFrame[] = []
    const reader = new CompactReader()
    const state = { code: 0, reason: '', status: 0 }
    socket.on('message', (data) => frames.push(reader.read(JSON.parse(String(data)))))
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_request, response) => {
      state.status = response.statusCode ?? 0
    })
    socket.on('close', (code, reason) => Object.assign(state, { code, reason: String(reason) }))
    await waitFor(() => frames.length >= 2 || state.status > 0, 'the snapshot or a rejection')
    t.after(() => socket.terminate())
    return { socket, frames, state }
  }
  const { publish } = publisher
  return { hub, port, sockets, join, publish }
}

test('subscribe filters coins and returns a snapshot, unsubscribe removes coins, ping returns a heartbeat', async (t) => {
  const { join, publish } = await open(t)
  const { socket, frames } = await join()
  const ask = async (frame: object) => {
    const before = frames.length
    socket.send(JSON.stringify(frame))
    await waitFor(() => frames.length > before)
    return frames.at(-1)
  }
  const pricesOf = (frame: ServerFrame | undefined) => (frame && 'prices' in frame ? frame.prices : undefined)
  assert.deepEqual(pricesOf(frames[1]), { bitcoin: 1, ethereum: 2, solana: 3 })
  assert.deepEqual(pricesOf(await ask({ type: 'subscribe', coins: ['bitcoin'] })), { bitcoin: 1 })
  assert.deepEqual(pricesOf(await ask({ type: 'subscribe', coins: ['solana', 'nobody'] })), { bitcoin: 1, solana: 3 })
  assert.deepEqual(pricesOf(await ask({ type: 'unsubscribe', coins: ['bitcoin'] })), { solana: 3 })
  assert.equal((await ask({ type: 'ping' }))?.type, 'heartbeat')
  publish({ bitcoin: 10, solana: 30 })
  await waitFor(() => pricesOf(frames.at(-1))?.solana === 30)
  assert.deepEqual(pricesOf(frames.at(-1)), { solana: 30 })
})

test('sends compact clients the prices that others get, with and without compression', async (t) => {
  const { join, publish } = await open(t)
  const plain = await join({ protocol: ['other'], deflates: true })
  const protocol = ['other', compactProtocol]
  const compact = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => join({ protocol, deflates: number > 1 })))
  assert.deepEqual([plain.socket.protocol, plain.socket.extensions], ['other', ''])
  assert.deepEqual([...new Set(compact.map(({ socket }) => socket.protocol))], [compactProtocol])
  assert.deepEqual(
    compact.map(({ socket }) => socket.extensions !== ''),
    [false, true, true, true, true, true],
  )
  const pricesOf = ({ frames }: typeof plain) => frames.flatMap((frame) => ('prices' in frame ? [frame] : []))
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`coin-${index}`, index + 0.1]))
  const updates = [{ bitcoin: 10 }, many, { 'coin-7': 1e-12, solana: 4 }]
  for (const prices of updates) publish(prices)
  const readers = [plain, ...compact]
  await waitFor(() => readers.every((reader) => pricesOf(reader).length === 4), 'every update')
  for (const reader of readers)
    assert.deepEqual(
      pricesOf(reader).map(({ prices }) => prices),
      [{ bitcoin: 1, ethereum: 2, solana: 3 }, ...updates],
    )
  const late = await join({ protocol })
  assert.deepEqual(pricesOf(late)[0]?.prices, { bitcoin: 10, ethereum: 2, solana: 4, ...many, 'coin-7': 1e-12 })
  late.socket.send(JSON.stringify({ type: 'subscribe', coins: ['coin-8'] }))
  await waitFor(() => pricesOf(late).length === 2, 'the snapshot')
  publish({ 'coin-8': 5, bitcoin: 11 })
  await waitFor(() => pricesOf(late).length === 3, 'the update')
  assert.deepEqual(pricesOf(late)[2]?.prices, { 'coin-8': 5 })
})

const malformed: [string, string | Buffer, number][] = [
  ['invalid JSON', 'hello', 1008],
  ['an empty message', '', 1008],
  ['a number', '42', 1008],
  ['null', 'null', 1008],
  ['a list', '[]', 1008],
  ['an unknown type', '{"type":"buy","coins":["bitcoin"]}', 1008],
  ['no coins', '{"type":"subscribe"}', 1008],
  ['an empty list of coins', '{"type":"subscribe","coins":[]}', 1008],
  ['coins that are not strings', '{"type":"subscribe","coins":[1,{}]}', 1008],
  ['a polluted prototype', '{"__proto__":{"type":"ping"}}', 1008],
  ['deeply nested JSON', `${'['.repeat(8000)}${']'.repeat(8000)}`, 1008],
  ['a binary frame', Buffer.from([1, 2, 3]), 1003],
  ['a message of 1 MB', 'x'.repeat(1_048_576), 1009],
]
for (const [name, frame, code] of malformed)
  test(`closes a client that sends ${name} with ${code} and a reason, without affecting others`, async (t) => {
    const { hub, join, publish } = await open(t)
    const [bad, good] = [await join(), await join()]
    bad.socket.send(frame)
    await waitFor(() => bad.state.code > 0)
    assert.equal(bad.state.code, code)
    if (code === 1008) assert.match(bad.state.reason, /subscribe/)
    await waitFor(() => hub.clients === 1)
    publish({ bitcoin: 5 })
    await waitFor(() => good.frames.some((one) => 'prices' in one && one.prices.bitcoin === 5))
  })

test('accepts 20 messages per second and closes a client that sends 1,000', async (t) => {
  const { hub, join } = await open(t)
  const { socket, state, frames } = await join()
  for (let count = 0; count < 20; count += 1) socket.send('{"type":"ping"}')
  await waitFor(() => frames.filter(({ type }) => type === 'heartbeat').length === 20)
  assert.equal(state.code, 0)
  for (let count = 0; count < 1000; count += 1) socket.send('{"type":"ping"}')
  await waitFor(() => state.code === 1008)
  assert.match(state.reason, /More than 20 messages per second/)
  await waitFor(() => hub.clients === 0)
})

test('accepts subscriptions to 1,000 coins in any number of messages and closes a client at one more', async (t) => {
  const { join } = await open(t)
  const { socket, frames, state } = await join()
  const subscribe = (from: number, count: number) => {
    const coins = Array.from({ length: count }, (_, index) => `c${from + index}`)
    socket.send(JSON.stringify({ type: 'subscribe', coins }))
  }
  const ping = async () => {
    const before = frames.filter(({ type }) => type === 'heartbeat').length
    socket.send('{"type":"ping"}')
    await waitFor(() => frames.filter(({ type }) => type === 'heartbeat').length > before || state.code > 0)
  }
  subscribe(0, 600)
  subscribe(400, 600)
  subscribe(0, 1000)
  await ping()
  assert.equal(state.code, 0)
  subscribe(1000, 1)
  await waitFor(() => state.code > 0)
  assert.deepEqual(
    [state.code, state.reason],
    [1008, 'More than 1000 coins. Reconnect without a subscription to get all.'],
  )
})

/** A raw client socket, for frames that a library would not send. */
async function shakeHands(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.on('error', () => undefined)
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  )
  await once(socket, 'data')
  return socket
}

test('closes a connection that sends 20,000 empty fragments', async (t) => {
  const { hub, port } = await open(t)
  const socket = await shakeHands(t, port)
  await waitFor(() => hub.clients === 1)
  const mask = [0, 0, 0, 0]
  const fragment = Buffer.from([0x00, 0x80, ...mask])
  socket.write(Buffer.concat([Buffer.from([0x01, 0x80, ...mask]), ...Array<Buffer>(20_000).fill(fragment)]))
  await waitFor(() => hub.clients === 0)
})

test('drops a client that does not answer the close frame within 3 s', async (t) => {
  const { hub, port, sockets } = await open(t)
  const socket = await shakeHands(t, port)
  socket.pause()
  await waitFor(() => hub.clients === 1)
  await sockets.close()
  assert.equal(hub.clients, 0)
})

test('responds with 503 at the total or per-address limit, and accepts a client after one leaves', async (t) => {
  for (const limits of [{ clients: 2 }, { clientsPerAddress: 2 }]) {
    const { hub, join } = await open(t, limits)
    const [first] = [await join(), await join()]
    assert.equal((await join()).state.status, 503)
    first.socket.close()
    await waitFor(() => hub.clients === 1)
    assert.equal((await join()).state.status, 0)
  }
})

test('a stopping server spreads the closing of its clients and rejects new ones', async (t) => {
  const { join, sockets } = await open(t)
  const clients = await Promise.all(Array.from({ length: 10 }, join))
  const closed: number[] = []
  const started = Date.now()
  for (const { socket } of clients) socket.on('close', () => closed.push(Date.now() - started))
  const ended = sockets.close()
  assert.equal((await join()).state.status, 503)
  await ended
  await waitFor(() => closed.length === 10)
  assert.deepEqual([...new Set(clients.map(({ state }) => state.code))], [1012])
  assert.ok(
    Math.max(...closed) - Math.min(...closed) > 1000,
    `spread over ${Math.max(...closed) - Math.min(...closed)} ms`,
  )
  assert.ok(Math.max(...closed) < 3000)
})

test('queues nothing for a client that stops reading and sends it a snapshot when it resumes', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] }) // no ping disconnects the stalled client of a slow machine
  const { hub, join, publish } = await open(t)
  const slow = await join()
  const good = await join()
  slow.socket.pause()
  const wide = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`coin-${index}`, index]))
  for (let round = 1; round <= 12; round += 1) {
    const before = good.frames.length
    publish(Object.fromEntries(Object.keys(wide).map((id, index) => [id, index + round])))
    await waitFor(() => good.frames.length > before)
  }
  const memory = process.memoryUsage().external
  assert.ok(memory < 200e6, `${memory} bytes outside the heap`)
  slow.socket.resume()
  await waitFor(() => {
    publish({ bitcoin: Math.random() })
    return slow.frames.findLast((frame) => 'snapshot' in frame && frame.seq > 5)
  }, 'a snapshot after the stall')
  assert.ok(slow.frames.length < good.frames.length, 'frames were skipped, not queued')
  assert.equal(hub.clients, 2)
})
