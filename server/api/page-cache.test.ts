import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { cachePages } from './page-cache.ts'

const text = 'a page '.repeat(1000)

/** Serves pages that say how often they were rendered, and for whom. */
async function open(t: TestContext, { status = 200 } = {}) {
  const state = {
    now: 0,
    version: 'one' as string | null,
    rendered: [] as IncomingMessage[],
    errors: [] as string[],
    status,
  }
  const pages = cachePages(
    async (message, response) => {
      state.rendered.push(message)
      if (message.url === '/broken') throw new Error('broken')
      const nonce = message.headers['x-nonce']
      if (message.url === '/scripts')
        return void response.end(
          `<script nonce="${nonce}">ours = 1</script><script nonce="${nonce}" src="/a.js"></script><script nonce="x">theirs = 1</script>`,
        )
      response.writeHead(state.status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      response.end(`${state.rendered.length} ${message.headers.cookie ?? ''} ${text}`)
    },
    async () => state.version ?? Promise.reject(new Error('no database')),
    () => state.now,
  )
  const server = createServer((message, response) => {
    pages(message, response).catch((error: Error) => state.errors.push(error.message))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const ask = async (path = '/market', headers: IncomingHttpHeaders = {}, method = 'GET') => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    request({ port, host: '127.0.0.1', path, headers, method }, resolve).on('error', reject).end()
    const response = await promise
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) }
  }
  const read = async (path?: string, headers?: IncomingHttpHeaders) => String((await ask(path, headers)).body).trim()
  return { state, ask, read }
}

test('renders a page once for readers with the same address and look, also when they come together', async (t) => {
  const { state, read } = await open(t)
  const pages = await Promise.all(Array.from({ length: 20 }, () => read()))
  assert.equal(state.rendered.length, 1)
  assert.equal(new Set(pages).size, 1)
  await read('/market?page=2')
  await read('/market', { cookie: 'cryptoflow_theme=light' })
  assert.equal(state.rendered.length, 3)
  await read('/market', { cookie: 'other=1; cryptoflow_theme=light; cryptoflow_session=secret' })
  assert.equal(state.rendered.length, 3)
})

test('renders again when the warehouse changes, and from 5 s on', async (t) => {
  const { state, read } = await open(t)
  await read()
  state.now = 4999
  assert.match(await read(), /^1 /)
  state.now = 5000
  assert.match(await read(), /^2 /)
  state.version = 'two'
  assert.match(await read(), /^3 /)
})

test('the renderer sees no session, and no header of a reader but the look', async (t) => {
  const { state, read } = await open(t)
  const cookie = '__Host-cryptoflow_session=a; cryptoflow_session=b; cryptoflow_theme=dark; cryptoflow_rail=narrow'
  await read('/', { cookie, 'x-nonce': 'mine', 'x-middleware-subrequest': 'mine', authorization: 'Bearer mine' })
  const { cookie: seen, ...others } = state.rendered[0]?.headers ?? {}
  assert.equal(seen, 'cryptoflow_rail=narrow; cryptoflow_theme=dark')
  assert.doesNotMatch(JSON.stringify(others), /mine/)
})

test('compresses a page once for each encoding that a reader accepts', async (t) => {
  const { state, ask } = await open(t)
  const plain = await ask()
  const brotli = await ask('/market', { 'accept-encoding': 'gzip, deflate, br' })
  const gzipped = await ask('/market', { 'accept-encoding': 'gzip;q=1, br;q=0' })
  assert.deepEqual([brotli.headers['content-encoding'], gzipped.headers['content-encoding']], ['br', 'gzip'])
  assert.deepEqual(brotliDecompressSync(brotli.body), plain.body)
  assert.deepEqual(gunzipSync(gzipped.body), plain.body)
  for (const { headers, body } of [plain, brotli, gzipped]) {
    assert.equal(Number(headers['content-length']), body.length)
    assert.equal(headers.vary, 'accept-encoding, cookie')
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  }
  assert.equal(state.rendered.length, 1)
})

test('answers a known tag with 304 and HEAD without a body', async (t) => {
  const { ask } = await open(t)
  const first = await ask()
  assert.equal(first.headers['cache-control'], 'private, no-cache')
  const known = await ask('/market', { 'if-none-match': String(first.headers.etag) })
  assert.deepEqual([known.status, known.body.length, known.headers.etag], [304, 0, first.headers.etag])
  const { 'content-length': _, 'content-encoding': _encoding, date: _date, ...kept } = first.headers
  for (const [name, value] of Object.entries(kept)) assert.equal(known.headers[name], value, name)
  const changed = await ask('/market', { 'if-none-match': '"other"' })
  assert.equal(changed.status, 200)
  const head = await ask('/market', {}, 'HEAD')
  assert.deepEqual([head.status, head.body.length], [200, 0])
  assert.equal(head.headers['content-length'], first.headers['content-length'])
})

test('keeps no page that is not 200, and none while the version of the warehouse is unknown', async (t) => {
  const { state, ask, read } = await open(t, { status: 404 })
  assert.equal((await ask()).headers.etag, undefined)
  assert.equal((await ask()).headers['cache-control'], 'no-store')
  assert.equal(state.rendered.length, 2)
  state.status = 200
  state.version = null
  await read()
  await read()
  assert.equal(state.rendered.length, 4)
})

test('allows the inline scripts of the document by their hashes, and no other', async (t) => {
  const { ask } = await open(t)
  const { headers, body } = await ask('/scripts')
  const hash = createHash('sha256').update('ours = 1').digest('base64')
  assert.ok(String(headers['content-security-policy']).includes(`script-src 'self' 'sha256-${hash}';`))
  assert.equal(
    String(body),
    '<script>ours = 1</script><script src="/a.js"></script><script nonce="x">theirs = 1</script>',
  )
})

test('serves files as they are, without a cache', async (t) => {
  const { state, ask } = await open(t)
  for (const path of ['/icon.svg', '/_next/static/chunks/a.js?v=1', '/manifest.webmanifest']) {
    await ask(path)
    assert.equal((await ask(path)).headers['cache-control'], 'no-store')
  }
  assert.equal(state.rendered.length, 6)
  await ask('/_next/data/build/market.json')
  await ask('/_next/data/build/market.json')
  assert.equal(state.rendered.length, 7)
})

test('keeps the 100 pages that were rendered last', async (t) => {
  const { state, read } = await open(t)
  for (let page = 0; page < 101; page += 1) await read(`/market?page=${page}`)
  await read('/market?page=1')
  assert.equal(state.rendered.length, 101)
  await read('/market?page=0')
  assert.equal(state.rendered.length, 102)
})

test('a failed rendering is an error for its reader, and the next one tries again', async (t) => {
  const { state, ask } = await open(t)
  for (const count of [1, 2]) {
    assert.equal((await ask('/broken')).status, 500)
    assert.equal(state.rendered.length, count)
    assert.deepEqual(state.errors, Array(count).fill('broken'))
  }
})
