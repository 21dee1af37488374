import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import WebSocket, { WebSocketServer } from 'ws'
import { waitFor } from '../../test/wait.ts'
import { Framer, frameDeflated, frameText } from './websocket-frame.ts'

/** Both sides of each limit of the length field: 125 and 65,535 bytes. */
const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]

test('writes plain and compressed frames that ws reads, at every size of the length field and among frames of ws', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: { serverNoContextTakeover: true } })
  const texts = lengths.map((length) => 'é'.repeat(length >> 1) + 'x'.repeat(length & 1))
  server.on('upgrade', (request, raw: Duplex, head) =>
    sockets.handleUpgrade(request, raw, head, (socket) => {
      socket.send('first')
      for (const text of texts) raw.write(frameText(Buffer.from(text)))
      for (const text of texts) raw.write(frameDeflated(Buffer.from(text)))
      socket.send('last')
    }),
  )
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.after(() => {
    socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  const received: [string, boolean][] = []
  socket.on('message', (data, isBinary) => received.push([String(data), isBinary]))
  socket.on('error', (error) => assert.fail(error))
  await waitFor(() => received.length === 2 * texts.length + 2, 'every message')
  assert.deepEqual(
    received,
    ['first', ...texts, ...texts, 'last'].map((text) => [text, false]),
  )
})

test('writes the shortest length field for a payload', () => {
  const headers = [125, 126, 65_535, 65_536].map((length) => frameText(Buffer.alloc(length)).length - length)
  assert.deepEqual(headers, [2, 4, 4, 10])
})

test('compresses a text for the fourth client of it that can read it, once', () => {
  const framer = new Framer()
  const text = Buffer.from('x'.repeat(128))
  const deflated = frameDeflated(text)
  const ask = (deflates: boolean, of = text) => framer.frame(of, { deflates })
  const first = ask(true)
  assert.deepEqual(first, frameText(text))
  assert.equal(ask(false), first)
  for (const _ of [2, 3]) assert.equal(ask(true), first)
  const fourth = ask(true)
  assert.deepEqual(fourth, deflated)
  assert.equal(ask(true), fourth)
  assert.equal(ask(false), first)
  const short = Buffer.from('x'.repeat(127))
  for (const _ of [1, 2, 3, 4]) assert.deepEqual(ask(true, short), frameText(short))
  assert.deepEqual(ask(true), first)
})
