import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import WebSocket from 'ws'
import type { AuditList } from '../../contract/accounts.ts'
import type { ApiKey, CreatedApiKey } from '../../contract/api-keys.ts'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPublisher } from '../../test/publisher.ts'
import { changeRole } from '../accounts/administration.ts'
import { systemClock } from '../clock.ts'
import { Hub } from '../live/hub.ts'

const requested: string[] = []
const hub = new Hub(systemClock)
let database: TestDatabase
let open: FastifyInstance
let closed: FastifyInstance
let admin: Session
before(async () => {
  database = await createTestDatabase()
  const requestRun = async (job: string) => void requested.push(job)
  open = await createAccountsApi(database, {}, { requestRun })
  createPublisher(hub).seed({ bitcoin: 1 })
  hub.start()
  const pages = async (_request: unknown, response: { end(text: string): void }) => response.end('<p>page</p>')
  closed = await createAccountsApi(database, {}, { apiAccess: 'keys', hub, pages: pages as never })
  await closed.listen({ port: 0, host: '127.0.0.1' })
  admin = await signUp(open, { db: database.db, role: 'administrator' })
})
after(async () => {
  hub.stop()
  await Promise.all([open.close(), closed.close()])
  await database.drop()
})

async function create(as: Session, body: Record<string, unknown> = {}): Promise<CreatedApiKey> {
  const answer = await call(open, 'POST /auth/keys', { as, body: { name: 'Grafana', scopes: ['read'], ...body } })
  assert.equal(answer.status, 201, answer.body.detail)
  return answer.body as never
}
const list = async (as: Session): Promise<ApiKey[]> =>
  ((await call(open, 'GET /auth/keys', { as })).body as never as { items: ApiKey[] }).items
const statusOf = async (app: FastifyInstance, route: string, headers: Record<string, string> = {}) =>
  (await call(app, route, { headers })).status

test('shows a key once, and stores only its hash and prefix', async () => {
  const ada = await signUp(open)
  const { key, ...shown } = await create(ada, { scopes: ['export', 'read'], requests_per_minute: 60 })
  assert.match(key, /^cf_[\w-]{43}$/)
  assert.deepEqual([shown.prefix, shown.scopes, shown.last_used_at], [key.slice(0, 11), ['read', 'export'], null])
  assert.deepEqual(await list(ada), [shown])
  const { rows } = await database.pool.query('select * from api_keys where id = $1', [shown.id])
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(key))
  const audit = (await call(open, 'GET /audit?action=api_key_created', { as: admin })).body as never as AuditList
  const entry = audit.items.find(({ user_id }) => user_id === ada.id)
  assert.deepEqual(entry?.details, { prefix: shown.prefix, scopes: ['read', 'export'] })
})

test('reads stay open without a key, while an unknown or revoked key is refused', async () => {
  const ada = await signUp(open)
  const { key, id } = await create(ada)
  for (const headers of [{}, { 'x-api-key': key }, { authorization: `Bearer ${key}` }])
    assert.equal(await statusOf(open, 'GET /coins', headers), 200)
  for (const bad of [`${key.slice(0, -1)}!`, 'cf_', `cf_${'x'.repeat(43)}`])
    assert.equal(await statusOf(open, 'GET /coins', { 'x-api-key': bad }), 401, bad)
  assert.equal((await call(open, `DELETE /auth/keys/${id}`, { as: ada })).status, 204)
  assert.equal(await statusOf(open, 'GET /coins', { 'x-api-key': key }), 401)
  assert.equal((await call(open, `DELETE /auth/keys/${id}`, { as: ada })).status, 404)
})

test('records the last use, up to once a minute', async () => {
  const ada = await signUp(open)
  const { key, id } = await create(ada)
  const read = async () => {
    await statusOf(open, 'GET /coins', { 'x-api-key': key })
    return (await list(ada))[0]?.last_used_at
  }
  const first = await read()
  assert.ok(first)
  assert.equal(await read(), first)
  await database.pool.query(`update api_keys set last_used_at = now() - interval '61 seconds' where id = $1`, [id])
  assert.notEqual(await read(), null)
  assert.ok(Date.parse((await read()) ?? '') >= Date.parse(first))
})

test("another account's key is not found, and a key opens no account route", async () => {
  const [ada, bob] = [await signUp(open), await signUp(open)]
  const { key, id } = await create(ada)
  assert.equal((await call(open, `DELETE /auth/keys/${id}`, { as: bob })).status, 404)
  assert.deepEqual(await list(bob), [])
  for (const route of ['GET /auth/me', 'GET /auth/keys', 'POST /auth/keys', 'GET /watchlist', 'GET /audit'])
    assert.equal((await call(open, route, { as: key })).status, 403, route)
  assert.equal((await list(ada)).length, 1)
})

test('counts requests per key', async () => {
  const ada = await signUp(open)
  const [{ key }, other] = [await create(ada, { requests_per_minute: 2 }), await create(ada)]
  const ask = (sent: string) => call(open, 'GET /coins', { headers: { 'x-api-key': sent } })
  assert.deepEqual([(await ask(key)).status, (await ask(key)).status], [200, 200])
  const answer = await ask(key)
  assert.equal(answer.status, 429)
  assert.ok(Number(answer.headers['retry-after']) > 0)
  assert.equal((await ask(other.key)).status, 200)
})

test('a key does no more than its scopes and its owner allow', async () => {
  const owner = await signUp(open, { db: database.db, role: 'administrator' })
  const run = (key: string) => call(open, 'POST /pipeline/jobs/compute_analytics/run', { as: key })
  const user = await signUp(open)
  const refused = await call(open, 'POST /auth/keys', { as: user, body: { name: 'x', scopes: ['jobs'] } })
  assert.equal(refused.status, 403)
  const [reading, running] = [await create(owner), await create(owner, { scopes: ['jobs'] })]
  assert.deepEqual([(await run(reading.key)).status, (await run(running.key)).status], [403, 202])
  assert.deepEqual(requested, ['compute_analytics'])
  assert.equal(await statusOf(open, 'GET /coins', { 'x-api-key': running.key }), 403)
  const audit = (await call(open, 'GET /audit?action=job_requested', { as: admin })).body as never as AuditList
  assert.equal(audit.items[0]?.actor_id, owner.id)
  await changeRole(database.db, owner.email, 'user')
  assert.equal((await run(running.key)).status, 403)
})

test('rejects invalid keys to create, and more than 50', async () => {
  const ada = await signUp(open)
  for (const body of [{ name: ' ' }, { scopes: [] }, { scopes: ['all'] }, { requests_per_minute: 0 }, { odd: 1 }]) {
    const answer = await call(open, 'POST /auth/keys', { as: ada, body: { name: 'x', scopes: ['read'], ...body } })
    assert.equal(answer.status, 422, JSON.stringify(body))
  }
  await database.pool.query(
    `insert into api_keys (user_id, name, prefix, key_hash, scopes)
     select $1::int, 'x', 'cf_12345678', sha256(convert_to($1::int || '-' || n, 'UTF8')), '{read}' from generate_series(1, 50) n`,
    [ada.id],
  )
  assert.equal((await call(open, 'POST /auth/keys', { as: ada, body: { name: 'x', scopes: ['read'] } })).status, 409)
})

test('with API_ACCESS=keys, reads, pages and the stream need a key or a session', async () => {
  const ada = await signUp(open)
  const { key } = await create(ada)
  const { port } = closed.server.address() as AddressInfo
  const headers = { 'x-forwarded-for': '192.0.2.7' }
  for (const path of [
    '/coins',
    '/market/overview',
    '/pipeline/health',
    '/quality/summary',
    '/ws/status',
    '/stream/prices',
  ])
    assert.equal(await statusOf(closed, `GET ${path}`), 401, path)
  const answer = await call(closed, 'GET /coins', { as: key })
  assert.deepEqual([answer.status, answer.headers['cache-control']], [200, 'private, max-age=5'])
  assert.equal((await call(closed, 'GET /coins', { cookie: ada.cookie })).status, 200)
  assert.equal(await statusOf(closed, 'GET /coins', { cookie: '__Host-cryptoflow_session=x' }), 401)
  const show = (url: string, cookie = '') => closed.inject({ url, remoteAddress: '192.0.2.1', headers: { cookie } })
  const redirected = await show('/market?sort=name')
  assert.deepEqual([redirected.statusCode, redirected.headers.location], [303, '/sign-in?next=%2Fmarket%3Fsort%3Dname'])
  assert.equal((await show('/_next/data/x/market.json')).statusCode, 303)
  assert.equal((await show('/sign-in')).body, '<p>page</p>')
  assert.equal((await show('/market', ada.cookie)).body, '<p>page</p>')
  const connect = async (more: Record<string, string>) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/ws/prices`, { headers: { ...headers, ...more } })
    socket.on('error', () => undefined)
    const status = await Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode),
    ])
    socket.terminate()
    return status
  }
  assert.deepEqual([await connect({}), await connect({ 'x-api-key': key })], [401, 101])
})
