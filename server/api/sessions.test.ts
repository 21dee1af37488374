import assert from 'node:assert/strict'
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { call, cheap, createAccountsApi, goodPassword, type Session, signIn, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { Accounts } from '../accounts/accounts.ts'
import { changeRole, removeUser, resetPassword } from '../accounts/administration.ts'
import { openSession } from '../accounts/sessions.ts'
import { findUserByEmail } from '../warehouse/users.ts'

let database: TestDatabase
let app: FastifyInstance
let twin: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  twin = await createAccountsApi(database)
})
after(async () => {
  await Promise.all([app.close(), twin.close()])
  await database.drop()
})

const readMe = async (options: Parameters<typeof call>[2], server = app) =>
  (await call(server, 'GET /auth/me', options)).status

/** Moves the times of a session into the past. */
const age = ({ id }: Session, time: string) =>
  database.pool.query(
    `update sessions set last_used_at = last_used_at - $2::interval, idle_expires_at = idle_expires_at - $2::interval,
       expires_at = expires_at - $2::interval where user_id = $1`,
    [id, time],
  )

test('one token works as a bearer token and as a cookie, in all processes', async () => {
  const { token, cookie } = await signUp(app)
  assert.match(token, /^[\w-]{43}$/)
  assert.equal(cookie, `__Host-cryptoflow_session=${token}`)
  for (const server of [app, twin])
    for (const options of [{ as: token }, { cookie }, { as: token, cookie: '__Host-cryptoflow_session=x' }])
      assert.equal(await readMe(options, server), 200)
  assert.equal(
    await readMe({ cookie, headers: { authorization: 'Basic Zm9vOmJhcg==' } }),
    200,
    'Basic scheme of a proxy',
  )
  assert.equal(await readMe({ as: 'x', cookie }), 401, 'a wrong bearer token does not fall back to the cookie')
})

test('rejects every other token', async () => {
  const { token } = await signUp(app)
  const bytes = Buffer.from(token)
  const places = Array.from({ length: 300 }, () => randomInt(bytes.length * 8))
  for (const place of places) {
    const flipped = Buffer.from(bytes)
    flipped[place >> 3] = (flipped[place >> 3] ?? 0) ^ (1 << (place & 7))
    assert.equal(await readMe({ as: flipped.toString('latin1') }), 401, `bit ${place} of ${token}`)
  }
  const random = randomBytes(32).toString('base64url')
  for (const other of ['', 'x', `${token}x`, token.slice(1), random, "' or 1=1 --", 'a.b.c', 'x'.repeat(10_000)]) {
    assert.equal(await readMe({ as: other }), 401, other)
    assert.equal(await readMe({ cookie: `__Host-cryptoflow_session=${other}` }), 401, other)
  }
  for (const scheme of ['Basic', 'Token', ''])
    assert.equal(await readMe({ headers: { authorization: `${scheme} ${token}`.trim() } }), 401, scheme)
  assert.equal(await readMe({ as: token }), 200)
})

test('stores only the hash of a token and rejects it as a token', async () => {
  const { token, id } = await signUp(app)
  const { rows } = await database.pool.query('select *, sessions::text as text from sessions where user_id = $1', [id])
  const [row] = rows
  assert.deepEqual(row.token_hash, createHash('sha256').update(token).digest())
  assert.ok(!row.text.includes(token))
  for (const text of [row.token_hash.toString('base64url'), row.token_hash.toString('hex'), row.id])
    assert.equal(await readMe({ as: text }), 401)
})

test('a session ends immediately in all processes', async () => {
  const ends: [string, (session: Awaited<ReturnType<typeof signUp>>) => Promise<unknown>][] = [
    ['logout by cookie', ({ cookie }) => call(app, 'POST /auth/logout', { cookie })],
    ['logout by token', ({ token }) => call(app, 'POST /auth/logout', { as: token })],
    ['logout everywhere', ({ token }) => call(app, 'POST /auth/logout-everywhere', { as: token })],
    [
      'a new password',
      ({ token }) => {
        const body = { current_password: goodPassword, new_password: 'a better day at sea' }
        return call(app, 'PUT /auth/password', { as: token, body })
      },
    ],
    ['deletion', ({ token }) => call(app, 'DELETE /auth/me', { as: token, body: { password: goodPassword } })],
    ['a new role', ({ email }) => changeRole(database.db, email, 'administrator')],
    ['a password set by the command line', ({ email }) => resetPassword(database.db, email, 'a better day at sea')],
    ['deletion by the command line', ({ email }) => removeUser(database.db, email)],
  ]
  for (const [name, end] of ends) {
    const session = await signUp(app)
    for (const server of [app, twin]) assert.equal(await readMe({ as: session }, server), 200, name)
    await end(session)
    for (const server of [app, twin]) {
      assert.equal(await readMe({ as: session }, server), 401, name)
      assert.equal(await readMe({ cookie: session.cookie }, server), 401, name)
    }
  }
})

test('signing out ends one session; a new password ends all and opens a new one', async () => {
  const first = await signUp(app)
  const second = await signIn(app, first)
  await call(app, 'POST /auth/logout', { cookie: first.cookie })
  assert.equal(await readMe({ as: second }), 200)
  const third = await signIn(app, first)
  const body = { current_password: goodPassword, new_password: 'a better day at sea' }
  const changed = await call(app, 'PUT /auth/password', { as: third, body })
  assert.deepEqual([changed.status, (changed.body as { expires_in?: number }).expires_in], [200, 86_400])
  for (const { token } of [second, third]) assert.equal(await readMe({ as: token }), 401)
  assert.equal(await readMe({ as: changed.body.access_token }), 200)
  assert.equal(await readMe({ cookie: changed.cookie }), 200)
  const old = await call(app, 'POST /auth/login', { body: { email: first.email, password: goodPassword } })
  assert.equal(old.status, 401)
})

test('rejects a sign-in when the password changes after its verification', async () => {
  const { db } = database
  const session = await signUp(app)
  const before = await findUserByEmail(db, session.email)
  assert.ok(before)
  assert.ok(await openSession(db, before))
  await resetPassword(db, session.email, 'a better day at sea')
  assert.equal(await openSession(db, before), undefined)
  await removeUser(db, session.email)
  assert.equal(await openSession(db, before), undefined)
})

test('a bearer token is valid for 24 hours, and for 24 hours after a refresh', async () => {
  const session = await signUp(app)
  await age(session, '23 hours 59 minutes')
  assert.equal(await readMe({ as: session }), 200)
  const refreshed = await call(app, 'POST /auth/refresh', { as: session })
  assert.deepEqual(refreshed.body, { access_token: session.token, token_type: 'bearer', expires_in: 86_400 })
  await age(session, '23 hours 59 minutes')
  assert.equal(await readMe({ as: session }), 200)
  await age(session, '1 minute 1 second')
  assert.equal(await readMe({ as: session }), 401)
  assert.equal((await call(app, 'POST /auth/refresh', { as: session })).status, 401)
})

test('a refresh does not return the token of a cookie', async () => {
  const { cookie } = await signUp(app)
  const { status, body } = await call(app, 'POST /auth/refresh', { cookie })
  assert.deepEqual([status, body.access_token], [401, undefined])
})

test('a cookie session ends after 7 days without use', async () => {
  const session = await signUp(app)
  const { cookie } = session
  for (let week = 0; week < 3; week += 1) {
    assert.equal(await readMe({ cookie }), 200, `week ${week}`)
    await age(session, '6 days 23 hours 50 minutes')
  }
  await age(session, '10 minutes 1 second')
  assert.equal(await readMe({ cookie }), 401)
})

test('cookie and bearer sessions end 30 days after sign-in', async () => {
  const [browser, program] = [await signUp(app), await signUp(app)]
  const refresh = async () => (await call(app, 'POST /auth/refresh', { as: program })).body as { expires_in?: number }
  for (let day = 0; day < 30; day += 1) {
    assert.equal(await readMe({ cookie: browser.cookie }), 200, `day ${day}`)
    assert.equal((await refresh()).expires_in, 86_400, `day ${day}`)
    for (const session of [browser, program]) await age(session, '23 hours 59 minutes')
  }
  assert.equal(await readMe({ cookie: browser.cookie }), 200)
  const rest = (await refresh()).expires_in ?? 0
  assert.ok(rest > 0 && rest <= 30 * 60, `${rest} s`)
  for (const session of [browser, program]) await age(session, '30 minutes 1 second')
  assert.equal(await readMe({ cookie: browser.cookie }), 401)
  assert.equal((await call(app, 'POST /auth/refresh', { as: program })).status, 401)
})

test('updates a session once per 5 minutes, not on each request', async () => {
  const session = await signUp(app)
  const readRow = async () =>
    (await database.pool.query('select xmin::text, last_used_at from sessions where user_id = $1', [session.id]))
      .rows[0]
  for (const options of [{ as: session }, { cookie: session.cookie }]) {
    await readMe(options)
    const before = await readRow()
    for (let count = 0; count < 3; count += 1) await readMe(options)
    assert.deepEqual(await readRow(), before)
    await age(session, '5 minutes 1 second')
    await readMe(options)
    assert.ok((await readRow()).last_used_at >= before.last_used_at)
  }
})

test('keeps up to 50 sessions per account and deletes ended ones', async () => {
  const session = await signUp(app)
  await database.pool.query(
    `insert into sessions (user_id, token_hash, last_used_at, idle_expires_at, expires_at)
     select $1, sha256(n::text::bytea), now() - interval '1 hour', now() + interval '1 day', now() + interval '1 day'
     from generate_series(1, 60) n`,
    [session.id],
  )
  await database.pool.query(
    `insert into sessions (user_id, token_hash, idle_expires_at, expires_at)
     values ($1, sha256('x'), now() - interval '1 day', now())`,
    [session.id],
  )
  await signIn(app, session)
  const { rows } = await database.pool.query('select idle_expires_at from sessions where user_id = $1', [session.id])
  assert.equal(rows.length, 50)
  assert.equal(await readMe({ as: session }), 200, 'keeps the most recently used')
})

const origin = { address: '192.0.2.1', client: null }
const nextPassword = `${goodPassword} indeed`
const change = { current_password: goodPassword, new_password: nextPassword }

test('a request of a session that ended meanwhile changes no password and deletes no account', async () => {
  const accounts = new Accounts({ db: database.db, secret: goodPassword, cost: cheap })
  const person = await signUp(app)
  const caller = await accounts.sessions.authenticate({ token: person.token, byCookie: false })
  await accounts.sessions.logout(person.token, origin.address)
  await assert.rejects(accounts.changePassword(caller, change, origin), { code: 'unauthorized' })
  await assert.rejects(accounts.deleteAccount(caller, goodPassword, origin.address), { code: 'unauthorized' })
  assert.equal(await readMe({ as: await signIn(app, person) }), 200, 'the account and its password are unchanged')
})

test('of two password changes at once with the same current password only one succeeds', async () => {
  const accounts = new Accounts({ db: database.db, secret: goodPassword, cost: cheap })
  const first = await signUp(app)
  const second = await signIn(app, first)
  const callers = await Promise.all(
    [first, second].map(({ token }) => accounts.sessions.authenticate({ token, byCookie: false })),
  )
  const passwords = [nextPassword, `${nextPassword} so`]
  const outcomes = await Promise.allSettled(
    callers.map((caller, index) =>
      accounts.changePassword(caller, { ...change, new_password: passwords[index] ?? '' }, origin),
    ),
  )
  const changed = outcomes.findIndex(({ status }) => status === 'fulfilled')
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const { email } = first
  assert.ok(await accounts.login({ email, password: passwords[changed] ?? '' }, origin))
  await assert.rejects(accounts.login({ email, password: passwords[1 - changed] ?? '' }, origin))
})

test('opens and ends no session that it cannot audit', async (t) => {
  const own = await createTestDatabase()
  t.after(own.drop)
  const server = await createAccountsApi(own)
  t.after(() => server.close())
  const person = await signUp(server)
  const other = await signIn(server, person)
  const list = async () => (await own.pool.query('select id from sessions order by id')).rows
  const sessions = await list()
  await own.pool.query('alter table audit_log add check (false) not valid')
  const body = { email: person.email, password: goodPassword }
  for (const [route, options] of [
    ['POST /auth/login', { body }],
    ['POST /auth/logout', { as: other }],
    ['POST /auth/logout-everywhere', { as: other }],
    ['DELETE /auth/sessions', { as: other }],
    [`DELETE /auth/sessions/${sessions[0].id}`, { as: other }],
  ] as const) {
    assert.equal((await call(server, route, options)).status, 500, route)
    assert.deepEqual(await list(), sessions, route)
  }
})
