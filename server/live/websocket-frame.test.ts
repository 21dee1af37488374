import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import WebSocket, { WebSocketServer } from 'ws'
import { waitFor } from '../../test/wait.ts'
import { frameOnce, frameText } from './websocket-frame.ts'

/** Both sides of each limit of the length field: 125 and 65,535 bytes. */
const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]

test('writes frames that ws reads, at every size of the length field and among frames of ws', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const texts = lengths.map((length) => 'é'.repeat(length >> 1) + 'x'.repeat(length & 1))
  server.on('upgrade', (request, raw: Duplex, head) =>
    sockets.handleUpgrade(request, raw, head, (socket) => {
      socket.send('first')
      for (const text of texts) raw.write(frameText(Buffer.from(text)))
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
  await waitFor(() => received.length === texts.length + 2, 'every message')
  assert.deepEqual(
    received,
    ['first', ...texts, 'last'].map((text) => [text, false]),
  )
})

test('frames the same buffer once, and another one anew', () => {
  const text = Buffer.from('one')
  assert.equal(frameOnce(text), frameOnce(text))
  assert.deepEqual(frameOnce(Buffer.from('two')), frameText(Buffer.from('two')))
  assert.deepEqual(frameOnce(text), frameText(text))
})
