import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { AccountSession, AuditList } from '../../contract/accounts.ts'
import { call, createAccountsApi, type Session, signIn, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

let database: TestDatabase
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
})
after(async () => {
  await app.close()
  await database.drop()
})

const list = async (as: Session): Promise<AccountSession[]> =>
  ((await call(app, 'GET /auth/sessions', { as })).body as never as { items: AccountSession[] }).items
const isIn = async (as: Session) => (await call(app, 'GET /auth/me', { as })).status === 200
const currentId = async (as: Session) => (await list(as)).find(({ is_current }) => is_current)?.id ?? ''

test('lists the sessions of an account without tokens', async () => {
  const ada = await signUp(app)
  await signUp(app)
  const body = { email: ada.email, password: 'a fine day at the lake' }
  const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }
  await call(app, 'POST /auth/login', { body, headers, address: '203.0.113.77' })
  const sessions = await list(ada)
  assert.equal(sessions.length, 2)
  const [newest, own] = sessions
  assert.deepEqual(
    [newest?.client, newest?.network, newest?.is_current],
    ['Firefox on Linux', '203.0.113.0', false],
    'the network, not the address',
  )
  assert.equal(own?.is_current, true)
  assert.deepEqual(Object.keys(own ?? {}).sort(), [
    'client',
    'created_at',
    'expires_at',
    'id',
    'is_current',
    'last_used_at',
    'network',
  ])
})

test('one session ends another immediately', async () => {
  const ada = await signUp(app)
  const other = await signIn(app, ada)
  const id = await currentId(other)
  const answer = await call(app, `DELETE /auth/sessions/${id}`, { as: ada })
  assert.deepEqual([answer.status, answer.cookie], [204, ''])
  assert.deepEqual([await isIn(ada), await isIn(other)], [true, false])
  assert.equal((await call(app, 'GET /auth/me', { cookie: other.cookie })).status, 401)
  assert.equal((await call(app, `DELETE /auth/sessions/${id}`, { as: ada })).status, 404)
  const own = await call(app, `DELETE /auth/sessions/${await currentId(ada)}`, { as: ada })
  assert.match(String(own.headers['set-cookie']), /Max-Age=0/)
  assert.equal(await isIn(ada), false)
})

test('ends all other sessions and audits it once', async () => {
  const ada = await signUp(app)
  const others = [await signIn(app, ada), await signIn(app, ada)]
  for (const round of [1, 2])
    assert.equal((await call(app, 'DELETE /auth/sessions', { as: ada })).status, 204, `round ${round}`)
  assert.deepEqual([await isIn(ada), ...(await Promise.all(others.map(isIn)))], [true, false, false])
  const admin = await signUp(app, { db: database.db, role: 'administrator' })
  const audit = (await call(app, 'GET /audit?action=sessions_ended', { as: admin })).body as never as AuditList
  const own = audit.items.filter(({ user_id }) => user_id === ada.id)
  assert.deepEqual(
    own.map(({ actor_id, details }) => ({ actor_id, details })),
    [{ actor_id: ada.id, details: { sessions: 2 } }],
  )
})

test('rejects access to sessions of other accounts and from other sites', async () => {
  const ada = await signUp(app)
  const bob = await signUp(app)
  const id = await currentId(ada)
  assert.equal((await call(app, `DELETE /auth/sessions/${id}`, { as: bob })).status, 404)
  for (const bad of ['1', "'", id.toUpperCase(), `${id}0`])
    assert.equal((await call(app, `DELETE /auth/sessions/${encodeURIComponent(bad)}`, { as: ada })).status, 422, bad)
  for (const route of ['GET /auth/sessions', 'DELETE /auth/sessions', `DELETE /auth/sessions/${id}`])
    assert.equal((await call(app, route)).status, 401, route)
  const headers = { origin: 'https://elsewhere.example' }
  for (const route of ['DELETE /auth/sessions', `DELETE /auth/sessions/${id}`])
    assert.equal((await call(app, route, { as: ada, headers })).status, 403, route)
  assert.equal(await isIn(ada), true)
})
