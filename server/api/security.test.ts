import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { createAccountsApi, signUp } from '../../test/accounts.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { Proxies } from './proxies.ts'

const token = 'kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe'
let database: TestDatabase
let app: FastifyInstance
const pages = async (
  { headers }: { headers: Record<string, string | string[] | undefined> },
  response: NodeJS.WritableStream,
) => void response.end(JSON.stringify(headers))
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(
    database,
    {},
    {
      trustedProxies: ['10.0.0.0/8'],
      rateLimits: { requestsPerMinute: 10, costlyPerMinute: 3 },
      metricsToken: token,
      pages: pages as never,
    },
  )
})
after(async () => {
  await app.close()
  await database.drop()
})

let addresses = 0
/** A request from outside, by default from a new address. */
const ask = (url: string, options: Partial<InjectOptions> = {}) => {
  addresses += 1
  return app.inject({ method: 'GET', url, remoteAddress: `198.51.100.${addresses}`, ...options })
}

test('a page runs scripts of its origin only, whatever the request says', async () => {
  const headers = { 'x-nonce': 'mine', 'content-security-policy': "script-src 'nonce-mine'" }
  const { headers: answered, body } = await ask('/market', { headers })
  const policy = String(answered['content-security-policy'])
  assert.match(policy, /script-src 'self';/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy.replace(/style-src [^;]*/, ''), /unsafe|mine/)
  assert.doesNotMatch(body, /mine/, 'the page renderer does not see the headers of a reader')
})

test('forbids scripts and frames in API responses; the documentation loads nothing external', async () => {
  for (const url of ['/api/v1/coins', '/livez', '/api/v1/nothing', '/api/v1/coins?page=x', '/api/v1/coins/%E0%A4%A']) {
    const { headers } = await ask(url)
    assert.match(String(headers['content-security-policy']), /^base-uri 'none'; .*default-src 'none'/, url)
    assert.equal(headers['x-frame-options'], 'DENY', url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
  }
  const docs = await ask('/api/docs')
  assert.match(String(docs.headers['content-security-policy']), /default-src 'self'/)
  assert.doesNotMatch(String(docs.headers['content-security-policy']), /https?:/)
  assert.doesNotMatch(docs.body, /(src|href)="https?:/)
  assert.match((await ask('/api/docs/static/swagger-initializer.js')).body, /validatorUrl: null/)
})

test('sends HSTS only behind a trusted TLS proxy', async () => {
  const headers = { 'x-forwarded-proto': 'https' }
  const throughProxy = { remoteAddress: '10.1.2.3', headers: { ...headers, 'x-forwarded-for': '203.0.113.5' } }
  for (const url of ['/livez', '/market', '/api/v1/nothing'])
    assert.match(String((await ask(url, throughProxy)).headers['strict-transport-security']), /^max-age=\d{8}$/, url)
  assert.equal((await ask('/livez', { headers })).headers['strict-transport-security'], undefined)
  assert.equal((await ask('/livez', { remoteAddress: '10.1.2.3' })).headers['strict-transport-security'], undefined)
})

test('limits requests per address on every path and sends Retry-After', async () => {
  const from = (remoteAddress: string, url: string) => ask(url, { remoteAddress })
  for (let count = 0; count < 10; count += 1)
    assert.notEqual((await from('203.0.113.1', count % 2 ? '/livez' : '/nothing')).statusCode, 429)
  for (const url of ['/livez', '/api/v1/nothing', '/market']) {
    const answer = await from('203.0.113.1', url)
    assert.equal(answer.statusCode, 429, url)
    assert.ok(Number(answer.headers['retry-after']) > 0 && Number(answer.headers['retry-after']) <= 60)
    assert.equal(answer.json().error.code, 'rate_limited')
  }
  assert.equal((await from('203.0.113.2', '/livez')).statusCode, 200)
})

test('limits each costly route separately', async () => {
  const login = () =>
    ask('/api/v1/auth/login', { method: 'POST', remoteAddress: '203.0.113.3', payload: { email: 'x' } })
  for (let count = 0; count < 3; count += 1) assert.equal((await login()).statusCode, 422)
  assert.equal((await login()).statusCode, 429)
  const other = await ask('/api/v1/auth/register', { method: 'POST', remoteAddress: '203.0.113.3', payload: {} })
  assert.equal(other.statusCode, 422)
})

test('identifies clients behind a trusted proxy and ignores forwarded headers from others', async () => {
  const through = (remoteAddress: string, forwarded: string) =>
    ask('/livez', { remoteAddress, headers: { 'x-forwarded-for': forwarded } })
  for (let count = 0; count < 10; count += 1) await through('10.0.0.1', 'made up, 203.0.113.40')
  assert.equal((await through('10.0.0.1', 'another, 203.0.113.40')).statusCode, 429)
  assert.equal((await through('10.0.0.1', '203.0.113.41, 10.9.9.9')).statusCode, 200)
  for (let count = 0; count < 10; count += 1) await through('203.0.113.42', `192.0.2.${count}`)
  assert.equal((await through('203.0.113.42', '192.0.2.99')).statusCode, 429)
})

test('counts an IPv6 /64 as one address and exempts direct requests from this machine', async () => {
  for (let count = 0; count < 10; count += 1) await ask('/livez', { remoteAddress: `2001:db8:1:2::${count}` })
  assert.equal((await ask('/livez', { remoteAddress: '2001:db8:1:2:ffff::1' })).statusCode, 429)
  assert.equal((await ask('/livez', { remoteAddress: '2001:db8:1:3::1' })).statusCode, 200)
  const here = (headers: Record<string, string>) => ask('/livez', { remoteAddress: '127.0.0.1', headers })
  for (let count = 0; count < 30; count += 1) assert.equal((await here({ host: '127.0.0.1:3000' })).statusCode, 200)
  for (let count = 0; count < 10; count += 1) await here({ 'x-forwarded-for': '203.0.113.60' })
  assert.equal((await here({ 'x-forwarded-for': '203.0.113.60' })).statusCode, 429)
})

test('finds the client address from the right end of X-Forwarded-For', () => {
  const proxies = new Proxies(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'])
  const find = (remoteAddress: string, forwarded?: string) =>
    proxies.addressOf({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as never)
  assert.equal(find('10.0.0.1', 'a, 203.0.113.1, 192.0.2.1'), '203.0.113.1')
  assert.equal(find('::ffff:10.0.0.1', '203.0.113.1'), '203.0.113.1')
  assert.equal(find('2001:db8::5', '203.0.113.1'), '203.0.113.1')
  assert.equal(find('203.0.113.9', '203.0.113.1'), '203.0.113.9')
  assert.equal(find('10.0.0.1'), '10.0.0.1')
  assert.equal(find('10.0.0.1', ' , '), '10.0.0.1')
  assert.equal(find('10.0.0.1', 'unknown'), 'unknown')
})

test('allows metrics to the token and administrators only when a token is set', async () => {
  const read = (server: FastifyInstance, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    server.inject({ url: '/metrics', headers, remoteAddress })
  const [person, admin] = [await signUp(app), await signUp(app, { db: database.db, role: 'administrator' })]
  assert.equal((await read(app)).statusCode, 401)
  assert.equal((await read(app, { authorization: `Bearer ${token}x` })).statusCode, 401)
  assert.equal((await read(app, { authorization: `Bearer ${person.token}` })).statusCode, 403)
  assert.equal((await read(app, { authorization: `Bearer ${admin.token}` })).statusCode, 200)
  assert.match((await read(app, { authorization: `Bearer ${token}` }, '203.0.113.70')).body, /cryptoflow_/)
})

test('allows metrics without a token to direct requests from this machine only', async (t) => {
  const open = await createApi(database.db)
  t.after(() => open.close())
  const read = async (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
    (await open.inject({ url: '/metrics', headers, remoteAddress })).statusCode
  assert.equal(await read({}), 200)
  assert.equal(await read({ host: '[::1]:3000' }, '::1'), 200)
  assert.equal(await read({}, '203.0.113.71'), 401)
  assert.equal(await read({ 'x-forwarded-for': '127.0.0.1' }), 401)
  assert.equal(await read({ host: 'evil.example' }), 401)
  assert.equal(await read({ authorization: 'Bearer x' }, '203.0.113.71'), 401)
})
