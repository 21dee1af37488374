import assert from 'node:assert/strict'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createApi, defaultLimits } from '../../test/api.ts'
import { createTestDatabase } from '../../test/database.ts'
import { waitFor } from '../../test/wait.ts'

const many = 200
const quick = { headersWithinMs: 600, requestWithinMs: 1200 }

type Line = { socket: Socket; answer: string; closed: boolean }

async function open(t: TestContext, limits: Partial<typeof defaultLimits> = {}) {
  const database = await createTestDatabase()
  const requestLimits = { ...defaultLimits, ...limits }
  const app: FastifyInstance = await createApi(database.db, { requestLimits })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const lines: Line[] = []
  t.after(async () => {
    for (const { socket } of lines) socket.destroy()
    await app.close()
    await database.drop()
  })
  /** Opens a raw connection that records its response. */
  const dial = (first = ''): Line => {
    const line: Line = { socket: connect(port, '127.0.0.1'), answer: '', closed: false }
    line.socket.on('data', (chunk) => {
      line.answer += chunk
    })
    line.socket.on('error', () => undefined)
    line.socket.on('close', () => {
      line.closed = true
    })
    if (first !== '') line.socket.write(first)
    lines.push(line)
    return line
  }
  const url = `http://127.0.0.1:${port}`
  return { app, url, dial }
}

const head = 'POST /api/v1/nothing HTTP/1.1\r\nHost: localhost\r\n'

for (const [name, first, drip] of [
  ['headers that never end', `${head}`, 'X-A: b\r\n'],
  ['a body that never ends', `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`, ' '],
  [
    'chunks that never end',
    `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '1\r\n \r\n',
  ],
  ['nothing at all', '', ''],
] as const)
  test(`closes ${many} connections with ${name} and serves others meanwhile`, async (t) => {
    const { url, dial, app } = await open(t, quick)
    const lines = Array.from({ length: many }, () => dial(first))
    const drips = setInterval(() => {
      for (const { socket } of lines) if (drip !== '' && !socket.destroyed) socket.write(drip)
    }, 100)
    t.after(() => clearInterval(drips))
    await waitFor(async () => {
      assert.equal((await fetch(`${url}/livez`)).status, 200)
      return lines.every(({ closed }) => closed)
    }, 'every connection closed')
    for (const { answer } of lines) assert.match(answer, /^HTTP\/1\.1 408 timeout\r\n[\s\S]*"code":"timeout"/)
    await waitFor(async () => (await countConnections(app)) <= 1, 'no connection left')
  })

const countConnections = (app: FastifyInstance): Promise<number> =>
  new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)))

test('rejects 100 KiB of headers and accepts 15 KiB', async (t) => {
  const { url, dial } = await open(t)
  const large = dial(`GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(100_000)}\r\n\r\n`)
  await waitFor(() => large.closed)
  assert.match(large.answer, /^HTTP\/1\.1 431 headers_too_large\r\n[\s\S]*exceed 16 KiB/)
  const address = dial(`GET /livez?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  await waitFor(() => address.closed)
  assert.match(address.answer, /^HTTP\/1\.1 431 /)
  assert.equal((await fetch(`${url}/livez`, { headers: { 'x-large': 'x'.repeat(15_000) } })).status, 200)
})

test('rejects a body over 100 KiB, with and without Content-Length', async (t) => {
  const { url, dial } = await open(t)
  const post = (body: string) =>
    fetch(`${url}/api/v1/nothing`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const said = dial(`${head}Content-Type: application/json\r\nContent-Length: 10485760\r\n\r\n`)
  await waitFor(() => said.answer.includes('payload_too_large'))
  assert.match(said.answer, /^HTTP\/1\.1 413 /)
  assert.equal((await post(JSON.stringify('x'.repeat(99_000)))).status, 404)
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
  const unsaid = dial(`${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(8)}`)
  await waitFor(() => unsaid.answer.includes('payload_too_large'))
})

test('rejects invalid HTTP and request smuggling', async (t) => {
  const { url, dial } = await open(t)
  for (const words of [
    'hello\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    'GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: b\u0000c\r\n\r\n',
    'GET /livez HTTP/1.1\r\nHost : localhost\r\n\r\n',
  ]) {
    const line = dial(words)
    await waitFor(() => line.closed, words.slice(0, 20))
    assert.match(line.answer, /^HTTP\/1\.1 400 /, words)
    assert.equal(line.answer.split('HTTP/1.1 ').length, 2, 'one response')
  }
  assert.equal((await fetch(`${url}/livez`)).status, 200)
})

test('line breaks in a URL do not reach response headers', async (t) => {
  const { url } = await open(t)
  for (const path of ['/docs%0d%0aSet-Cookie:%20a=b', '/api/v1/%0d%0aX-Injected:%20yes', '/api/v1/coins/%0aX:%20y']) {
    const answer = await fetch(url + path, { redirect: 'manual' })
    assert.ok(answer.status >= 300 && answer.status < 500, path)
    assert.equal(answer.headers.get('set-cookie') ?? answer.headers.get('x-injected') ?? answer.headers.get('x'), null)
  }
})

test('rejects path traversal out of the served files', async (t) => {
  const { dial } = await open(t)
  const climb = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..\\', '..%5c', '....//', '%252e%252e%252f']
  for (const base of ['/', '/api/docs/static/', '/api/v1/coins/', '/_next/static/'])
    for (const step of climb)
      for (const file of ['package.json', 'etc/passwd', '.env', 'auth-secrets']) {
        const path = `${base}${step.repeat(6)}${file}`
        const line = dial(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
        await waitFor(() => line.closed)
        assert.match(line.answer, /^HTTP\/1\.1 (30\d|40[034]) /, path)
        assert.doesNotMatch(line.answer, /root:|"dependencies"|DATABASE_URL/, path)
      }
})

test('closing finishes requests in progress and rejects new connections', async (t) => {
  const { app, url, dial } = await open(t)
  const late = dial(`${head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n`)
  const idle = dial('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await waitFor(() => idle.answer.includes('alive'))
  const closed = app.close()
  await waitFor(() => idle.closed, 'the idle connection closed')
  assert.equal(late.closed, false)
  late.socket.write('{}')
  await closed
  assert.match(late.answer, /^HTTP\/1\.1 404 /)
  await assert.rejects(fetch(`${url}/livez`))
})
