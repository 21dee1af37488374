import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { call, createAccountsApi, goodPassword, signIn, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

let database: TestDatabase
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database, {}, { corsOrigins: ['https://friend.example'] })
})
after(async () => {
  await app.close()
  await database.drop()
})

test('responses have the fields that earlier clients read', async () => {
  const person = { email: 'Ada@Example.org', password: goodPassword }
  const registered = await call(app, 'POST /auth/register', { body: { ...person, full_name: ' Ada L. ' } })
  assert.equal(registered.status, 201)
  const { id, created_at, ...rest } = registered.body
  assert.deepEqual(rest, {
    email: 'ada@example.org',
    full_name: 'Ada L.',
    role: 'user',
    is_active: true,
    webhook_url: null,
  })
  assert.ok(Number.isInteger(id) && /Z$/.test(created_at ?? ''))
  const login = await call(app, 'POST /auth/login', { body: person })
  assert.deepEqual(
    [login.status, login.body.token_type, login.body.expires_in, login.headers['cache-control']],
    [200, 'bearer', 86_400, 'no-store'],
  )
  const me = await call(app, 'GET /auth/me', { as: login.body.access_token })
  assert.deepEqual([me.status, me.body], [200, registered.body])
  const headers = { 'content-type': 'application/json', 'content-length': '0' }
  const refreshed = await call(app, 'POST /auth/refresh', { as: login.body.access_token, headers })
  assert.deepEqual([refreshed.status, refreshed.body.access_token], [200, login.body.access_token])
  const wrong = await call(app, 'POST /auth/login', { body: { ...person, password: 'wrong password' } })
  assert.deepEqual([wrong.status, wrong.body.detail], [401, 'Invalid email or password'])
  const body = { current_password: 'not my password', new_password: 'another fine day' }
  const rejected = await call(app, 'PUT /auth/password', { as: login.body.access_token, body })
  assert.deepEqual([rejected.status, rejected.body.detail], [400, 'Current password is incorrect'])
})

test('rejects a second account for any spelling of an email', async () => {
  const register = (email: string) =>
    call(app, 'POST /auth/register', { body: { email, password: goodPassword }, address: '192.0.2.7' })
  assert.equal((await register('Grace@example.org')).status, 201)
  for (const email of ['grace@example.org', 'GRACE@EXAMPLE.ORG', ' grace@example.org ', '\uff27race@example.org'])
    assert.equal((await register(email)).status, 409, email)
  const parallel = await Promise.all(Array.from({ length: 5 }, () => register('twice@example.org')))
  assert.deepEqual(parallel.map(({ status }) => status).sort(), [201, 409, 409, 409, 409])
  for (const email of ['no email', 'a@', '@b', 'a@b\ud800', 'a b@c.d', `${'x'.repeat(251)}@y.z`, 'a@@b', 'a@b\u0000'])
    assert.equal((await register(email)).status, 422, email)
})

test('no request body grants a role or causes an error', async () => {
  const person = { email: 'eve@example.org', password: goodPassword }
  for (const more of [{ role: 'administrator' }, { is_admin: true }, { id: 1 }, { is_active: false }])
    assert.equal((await call(app, 'POST /auth/register', { body: { ...person, ...more } })).status, 422)
  const raw = (text: string, route = 'POST /auth/register') =>
    call(app, route, { body: text, headers: { 'content-type': 'application/json' } })
  const members = `"email":"eve@example.org","password":"${goodPassword}"`
  for (const text of [
    `{${members},"__proto__":{"role":"administrator"}}`,
    `{${members},"constructor":{"prototype":{"role":"administrator"}}}`,
    '{"email":{"$ne":null},"password":["x"]}',
    '[]',
    'null',
    '"x"',
    '',
    '{',
  ])
    for (const route of ['POST /auth/register', 'POST /auth/login']) {
      const unreadable = text === '{' || text.includes('__proto__') || text.includes('constructor')
      assert.equal((await raw(text, route)).status, unreadable ? 400 : 422, `${route} ${text}`)
    }
  assert.equal((await raw(`{${members},"full_name":"${'x'.repeat(110_000)}"}`)).status, 413)
  assert.equal((await raw('['.repeat(30_000))).status, 400)
  assert.equal((await call(app, 'POST /auth/register', { body: { ...person, password: 12345678 } })).status, 422)
  const admin = await signUp(app)
  assert.equal((await call(app, 'GET /auth/me', { as: admin })).body.role, 'user')
  for (const route of ['GET /audit', 'POST /pipeline/jobs/ingest_market_data/run', 'POST /pipeline/runs/1/cancel']) {
    assert.equal((await call(app, route, { as: admin })).status, 403, route)
    assert.equal((await call(app, route)).status, 401, route)
  }
})

test('treats SQL and unusual text in all fields as text', async () => {
  const nasty = [
    "' or 1=1 --",
    '"; drop table users; --',
    '$1',
    '%00',
    '\\',
    '\u202e',
    '\ud83d\ude00',
    '\ud800',
    '\u0000',
  ]
  const session = await signUp(app)
  for (const text of nasty) {
    const email = `${text}@example.org`
    const strings = [
      ['POST /auth/register', { email, password: goodPassword }],
      ['POST /auth/register', { email: 'x@example.org', password: text }],
      [
        'POST /auth/register',
        { email: `y${nasty.indexOf(text)}@example.org`, password: goodPassword, full_name: text },
      ],
      ['POST /auth/login', { email, password: text }],
      ['PUT /auth/password', { current_password: text, new_password: `${text} and more text` }],
      ['DELETE /auth/me', { password: text }],
      ['PUT /watchlist', { coins: [text] }],
    ] as const
    const address = `203.0.113.${nasty.indexOf(text)}`
    for (const [route, body] of strings) {
      const { status } = await call(app, route, { as: session, body, address })
      assert.ok(status < 500 && status !== 200, `${route} ${JSON.stringify(body)}: ${status}`)
    }
    for (const method of ['POST', 'DELETE']) {
      const { status } = await call(app, `${method} /watchlist/${encodeURIComponent(text.toWellFormed())}`, {
        as: session,
      })
      assert.ok([422, 404].includes(status), `${method} ${text}: ${status}`)
    }
    const cookie = `__Host-cryptoflow_session=${encodeURIComponent(text.toWellFormed())}`
    assert.equal((await call(app, 'GET /auth/me', { cookie, address })).status, 401)
  }
  const { rows } = await database.pool.query('select count(*)::int as n from users')
  assert.ok(rows[0].n > 0)
})

test('rejects passwords outside 8 to 256 characters and ones that are easy to guess', async () => {
  const register = async (password: string) => {
    const body = { email: 'henry@example.org', password }
    return (await call(app, 'POST /auth/register', { body, address: '192.0.2.8' })).status
  }
  for (const password of [
    'short',
    'x'.repeat(257),
    'Password1!',
    '12345678',
    'qwertyuiop',
    'henry@example.org',
    '\ud800',
  ])
    assert.equal(await register(password), 422, password.slice(0, 20))
  assert.equal(
    await register('\u{1f600}\u{1f601}\u{1f602}\u{1f603}\u{1f604}\u{1f605}\u{1f606}'),
    422,
    'seven characters',
  )
  assert.equal(await register(`${'\u{1f600}'.repeat(250)}abcdef`), 201)
})

test('cookies are __Host- and Secure over HTTPS and on loopback, and plain over other HTTP', async () => {
  const { email } = await signUp(app)
  const login = async (headers: Record<string, string>) =>
    String(
      (await call(app, 'POST /auth/login', { body: { email, password: goodPassword }, headers })).headers['set-cookie'],
    )
  const bound = /^__Host-cryptoflow_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/
  const plain = /^cryptoflow_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/
  assert.match(await login({ host: 'localhost:3000' }), bound)
  assert.match(await login({ host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' }), bound)
  assert.match(await login({ host: '[::1]:3000' }), bound)
  assert.match(await login({ host: 'crypto.example', origin: 'https://crypto.example' }), bound)
  assert.match(await login({ host: 'crypto.example', 'x-forwarded-proto': 'https' }), bound)
  assert.match(await login({ host: 'crypto.example', origin: 'http://crypto.example' }), plain)
  assert.match(await login({ host: '192.168.1.9:3000' }), plain)
  assert.match(await login({ host: 'localhost.evil.example' }), plain)
  const cookie = (await login({ host: '192.168.1.9:3000' })).split(';')[0] ?? ''
  assert.equal((await call(app, 'GET /auth/me', { cookie, headers: { host: '192.168.1.9:3000' } })).status, 200)
  assert.equal((await call(app, 'GET /auth/me', { cookie, headers: { host: 'localhost' } })).status, 401)
})

test('rejects changes from pages of other origins on all account routes', async () => {
  const session = await signUp(app)
  const routes = ['POST /auth/register', 'POST /auth/login', 'POST /auth/refresh', 'POST /auth/logout']
  const signedIn = ['POST /auth/logout-everywhere', 'PUT /auth/password', 'DELETE /auth/me', 'PUT /watchlist']
  const more = ['POST /watchlist/1', 'DELETE /watchlist/1', 'POST /pipeline/jobs/ingest_market_data/run']
  const foreign = [
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
    { origin: 'https://localhost.elsewhere.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const route of [...routes, ...signedIn, ...more, 'POST /pipeline/runs/1/cancel'])
    for (const headers of foreign) {
      const { status } = await call(app, route, { cookie: session.cookie, headers: headers as never })
      assert.equal(status, 403, `${route} ${JSON.stringify(headers)}`)
    }
  for (const origin of ['http://localhost:80', 'https://friend.example']) {
    const headers = { origin }
    assert.equal((await call(app, 'POST /auth/refresh', { as: session, headers })).status, 200, origin)
    const body = { coins: ['bitcoin'] }
    const listed = await call(app, 'PUT /watchlist', { cookie: session.cookie, headers, body })
    assert.equal(listed.status, 404, `${origin}: reaches the route, which has no such coin`)
  }
})

test('a deleted account leaves no personal data; the audit log keeps its id', async () => {
  const leaver = await signUp(app)
  const other = await signIn(app, { ...leaver, address: '192.0.2.99' })
  await database.pool.query('insert into watchlist (user_id, coin_id, position) values ($1, 1, 1)', [leaver.id])
  const wrong = await call(app, 'DELETE /auth/me', { as: leaver, body: { password: 'not my password' } })
  assert.equal(wrong.status, 400)
  const gone = await call(app, 'DELETE /auth/me', { as: leaver, body: { password: goodPassword } })
  assert.equal(gone.status, 204)
  for (const { token } of [leaver, other]) assert.equal((await call(app, 'GET /auth/me', { as: token })).status, 401)
  assert.equal((await call(app, 'GET /auth/me', { cookie: other.cookie })).status, 401)
  for (const table of ['users', 'sessions', 'watchlist', 'login_throttle'])
    for (const column of ['id', 'user_id']) {
      if ((table === 'users') !== (column === 'id')) continue
      const { rows } = await database.pool.query(`select from ${table} where ${column} = $1`, [leaver.id])
      assert.equal(rows.length, 0, table)
    }
  const { rows: trail } = await database.pool.query('select * from audit_log where user_id = $1 order by id', [
    leaver.id,
  ])
  assert.deepEqual(
    trail.map(({ action }) => action),
    ['account_created', 'login_succeeded', 'login_succeeded', 'account_deleted'],
  )
  assert.doesNotMatch(JSON.stringify(trail), /person-|192\.0\.2\.99/)
})

test('documents all account routes with their errors', async () => {
  const docs = (await app.inject('/api/docs/json')).json()
  const routes = [
    'post /auth/register',
    'post /auth/login',
    'post /auth/refresh',
    'post /auth/logout',
    'post /auth/logout-everywhere',
    'get /auth/me',
    'put /auth/password',
    'delete /auth/me',
    'get /watchlist',
    'put /watchlist',
    'post /watchlist/{id}',
    'delete /watchlist/{id}',
    'get /audit',
    'post /pipeline/jobs/{job}/run',
    'post /pipeline/runs/{id}/cancel',
  ]
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ')
    const { summary, tags, responses } = docs.paths[`/api/v1${path}`]?.[method] ?? {}
    assert.ok(summary && tags?.length === 1, route)
    const statuses = Object.keys(responses)
    assert.ok(statuses.some((status) => status < '300') && statuses.some((status) => status >= '400'), route)
  }
})
