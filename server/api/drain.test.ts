import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { waitFor } from '../../test/wait.ts'
import { watchConnections } from './drain.ts'

const ask = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
const withinMs = 5000

type Line = { socket: Socket; received: number; answer: string; closed: boolean; failure: string }

async function open(t: TestContext, listener: RequestListener) {
  const server = createServer(listener)
  const connections = watchConnections(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const dial = (words = ''): Line => {
    const socket = connect(port, '127.0.0.1')
    const line: Line = { socket, received: 0, answer: '', closed: false, failure: '' }
    socket.on('data', (chunk) => {
      line.received += chunk.length
      if (line.received < 10_000) line.answer += chunk
    })
    socket.on('error', (error: Error & { code?: string }) => {
      line.failure = error.code ?? error.message
    })
    socket.on('close', () => {
      line.closed = true
    })
    if (words !== '') socket.write(words)
    t.after(() => socket.destroy())
    return line
  }
  return { server, connections, dial }
}

test('connections that the kernel took, and nobody accepted yet, are answered before the door closes', async (t) => {
  const { connections, dial } = await open(t, (_request, response) => {
    response.setHeader('connection', 'close').end('well')
  })
  const lines = Array.from({ length: 100 }, () => dial(ask))
  await new Promise<void>((resolve) => process.nextTick(resolve))
  await connections.finish(withinMs)
  await waitFor(() => lines.every(({ closed }) => closed), 'all closed')
  assert.deepEqual([...new Set(lines.map(({ failure }) => failure))], [''])
  for (const { answer } of lines) assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*well/)
})

test('an answer that a slow reader is still taking is not cut', async (t) => {
  const size = 30_000_000
  const { connections, dial } = await open(t, (_request, response) => {
    response.end(Buffer.alloc(size))
  })
  const line = dial(ask)
  line.socket.pause()
  await waitFor(() => line.socket.bytesWritten > 0 && !line.socket.connecting, 'asked')
  let over = false
  const finished = connections.finish(withinMs).then(() => {
    over = true
  })
  await waitFor(() => line.socket.readableLength > 0 || line.socket.isPaused(), 'the answer begins')
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setTimeout(resolve, 25))
  assert.equal(over, false)
  line.socket.resume()
  await finished
  await waitFor(() => line.closed, 'closed')
  assert.equal(line.failure, '')
  assert.ok(line.received > size, `${line.received} bytes`)
})

test('a request of which a part has come, first on its connection or not, is answered; a kept connection at rest is closed', async (t) => {
  const { connections, dial } = await open(t, (_request, response) => {
    response.end('well')
  })
  const half = ask.slice(0, 20)
  const lines = { first: dial(half), second: dial(ask), rest: dial(ask) }
  await waitFor(() => lines.second.answer.includes('well') && lines.rest.answer.includes('well'), 'answers')
  lines.second.socket.write(half)
  const finished = connections.finish(withinMs)
  await waitFor(() => lines.rest.closed, 'the one at rest closed')
  assert.deepEqual([lines.first.closed, lines.second.closed], [false, false])
  for (const line of [lines.first, lines.second]) line.socket.write(ask.slice(20))
  await finished
  await waitFor(() => lines.first.closed && lines.second.closed, 'closed')
  assert.equal(lines.first.answer.split('200 OK').length, 2)
  assert.equal(lines.second.answer.split('200 OK').length, 3)
})

test('one who never asks, or never ends asking, holds the stop up for no longer than said', async (t) => {
  const { connections, dial, server } = await open(t, (_request, response) => {
    response.end('well')
  })
  dial()
  dial(ask.slice(0, 20))
  await waitFor(async () => (await countOf(server)) === 2, 'both accepted')
  await connections.finish(200)
  assert.equal(server.listening, false)
})

const countOf = (server: ReturnType<typeof createServer>): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))
