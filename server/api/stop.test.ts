import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createApi } from '../../test/api.ts'
import { createTestDatabase } from '../../test/database.ts'
import { waitFor } from '../../test/wait.ts'

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

async function open(t: TestContext, prepare: (app: FastifyInstance) => void = () => undefined) {
  const database = await createTestDatabase()
  const app = await createApi(database.db)
  prepare(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  t.after(async () => {
    await app.close()
    await database.drop()
  })
  const dial = (request: string) => {
    const socket = connect(port, '127.0.0.1')
    const connection = { socket, received: 0, closed: false, failure: '' }
    socket.on('data', (chunk) => {
      connection.received += chunk.length
    })
    socket.on('error', (error) => {
      connection.failure = error.message
    })
    socket.on('close', () => {
      connection.closed = true
    })
    socket.write(request)
    t.after(() => socket.destroy())
    return connection
  }
  return { app, dial }
}

test('closing waits for a response that a slow client is still reading', async (t) => {
  const size = 30_000_000
  const { app, dial } = await open(t, (server) => server.get('/large', async () => Buffer.alloc(size)))
  const client = dial(get('/large'))
  await once(client.socket, 'readable')
  client.socket.pause()
  const closed = app.close()
  assert.equal(client.closed, false)
  client.socket.resume()
  await closed
  await waitFor(() => client.closed)
  assert.equal(client.failure, '')
  assert.ok(client.received > size, `${client.received} bytes`)
})

test('closing drops idle connections immediately and unfinished requests after a timeout', async (t) => {
  const { app, dial } = await open(t)
  const idle = dial(get('/livez'))
  const unfinished = dial(get('/livez').slice(0, 20))
  await waitFor(() => idle.received > 0, 'response')
  await app.close()
  await waitFor(() => idle.closed && unfinished.closed, 'both closed')
})
