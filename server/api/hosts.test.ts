import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import WebSocket from 'ws'
import { call, createAccountsApi, goodPassword, signUp } from '../../test/accounts.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { systemClock } from '../clock.ts'
import { Hub } from '../live/hub.ts'
import { isAllowedHost, toAllowedHosts } from './hosts.ts'

let database: TestDatabase
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database, {}, { allowedHosts: ['crypto.example'], trustedProxies: ['10.0.0.0/8'] })
})
after(async () => {
  await app.close()
  await database.drop()
})

test('allows loopback names only on a loopback address, all names on others, or the configured ones', () => {
  for (const bind of ['127.0.0.1', '::1', 'localhost'])
    assert.deepEqual(toAllowedHosts({ named: [], bind }), [], String(bind))
  for (const bind of ['0.0.0.0', '::', '192.168.1.5', null]) assert.equal(toAllowedHosts({ named: [], bind }), null)
  assert.deepEqual(toAllowedHosts({ named: ['a.example'], bind: '0.0.0.0' }), ['a.example'])
})

test('allows addresses and loopback names, and rejects names that can be rebound', () => {
  for (const host of ['localhost:3000', 'app.localhost', '127.0.0.1', '127.9.9.9:80', '[::1]:3000', '192.168.1.5:3000'])
    assert.ok(isAllowedHost(host, []), host)
  for (const host of ['evil.example:3000', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost.', '', 'x y'])
    assert.ok(!isAllowedHost(host, []), host)
  assert.ok(isAllowedHost('crypto.example:8443', ['crypto.example']))
  assert.ok(!isAllowedHost('www.crypto.example', ['crypto.example']))
  assert.ok(isAllowedHost('evil.example', null))
})

test('rejects all requests from a page with a rebound name', async () => {
  const admin = await signUp(app, { db: database.db, role: 'administrator' })
  const rebound = { host: 'evil.example:3000', origin: 'http://evil.example:3000', 'sec-fetch-site': 'same-origin' }
  const body = { email: 'eve@example.org', password: goodPassword }
  for (const [route, options] of [
    ['GET /coins', {}],
    ['GET /pipeline/runs', {}],
    ['POST /auth/register', { body }],
    ['GET /auth/me', { cookie: admin.cookie }],
    ['POST /pipeline/jobs/ingest_market_data/run', { as: admin }],
  ] as const) {
    const answer = await call(app, route, { ...options, headers: rebound })
    assert.equal(answer.status, 403, route)
    assert.match(answer.body.detail, /ALLOWED_HOSTS/)
  }
  for (const url of ['/', '/readyz', '/metrics', '/api/docs/json'])
    assert.equal((await app.inject({ url, headers: rebound })).statusCode, 403, url)
  assert.equal((await call(app, 'GET /coins', { headers: { host: 'crypto.example' } })).status, 200)
})

test('accepts X-Forwarded-Host from a trusted proxy only', async () => {
  const headers = { host: 'inner:3000', 'x-forwarded-host': 'crypto.example' }
  assert.equal((await call(app, 'GET /coins', { headers, address: '10.1.2.3' })).status, 200)
  assert.equal((await call(app, 'GET /coins', { headers, address: '203.0.113.9' })).status, 403)
})

test('the price stream rejects foreign pages and pages with a rebound name', async (t) => {
  const hub = new Hub(systemClock)
  hub.start()
  const limits = { clients: 0, clientsPerAddress: 1, messageBytes: 16_384, messagesPerSecond: 20 }
  const options = { hub, allowedHosts: [], trustedProxies: ['127.0.0.1'], streamLimits: limits }
  const server = await createApi(database.db, options)
  await server.listen({ port: 0, host: '127.0.0.1' })
  t.after(async () => {
    hub.stop()
    await server.close()
  })
  const { port } = server.server.address() as AddressInfo
  const join = (headers: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/ws/prices`, { headers })
      t.after(() => socket.terminate())
      socket.on('open', () => resolve(101))
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0))
      socket.on('error', () => undefined)
    })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  assert.equal(await join({ host: 'evil.example', origin: 'http://evil.example' }), 403)
  assert.equal(await join({ host: 'evil.example' }), 403)
  assert.equal(await join({ origin: 'http://evil.example' }), 403)
  assert.equal(await join({ origin: 'null' }), 403)
  assert.equal(await join({ ...from('203.0.113.1'), origin: `http://127.0.0.1:${port}` }), 101)
  assert.equal(await join({ host: 'localhost:80', origin: 'http://localhost', ...from('203.0.113.2') }), 101)
  assert.equal(await join(from('203.0.113.2')), 503, 'a second client with the same address')
})
