import assert from 'node:assert/strict'
import { createHmac, randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import {
  call,
  cheap,
  createAccountsApi,
  createClock,
  goodPassword,
  signIn,
  signUp,
  testSecret,
} from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { Accounts } from '../accounts/accounts.ts'
import { changeRole, removeUser, resetPassword } from '../accounts/administration.ts'
import { findUserByEmail } from '../warehouse/users.ts'

const newSecret = 'pQ7vN2mX9cR4tK6wJ1sH8zD3bF5gL0yE'
const clock = createClock()
let database: TestDatabase
let app: FastifyInstance
let twin: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database, { clock })
  twin = await createAccountsApi(database, { clock })
})
after(async () => {
  await Promise.all([app.close(), twin.close()])
  await database.drop()
})

const isRefused = async (token: string, message?: string) =>
  assert.equal((await call(app, 'GET /auth/me', { as: token })).status, 401, message)

/** The grace and the ends of a session are counted by the database: this lets time pass for one session. */
const letPass = (userId: number, time: string) =>
  database.pool.query(
    `update sessions set rotated_at = rotated_at - $2::interval, idle_expires_at = idle_expires_at - $2::interval,
       expires_at = expires_at - $2::interval where user_id = $1`,
    [userId, time],
  )

const refresh = (cookie: string, server = app) => call(server, 'POST /auth/refresh', { cookie })

test('no token is accepted but ours, whole, of this kind, signed by a secret that is in use', async () => {
  const { token, id } = await signUp(app)
  const { kid = '' } = decodeProtectedHeader(token)
  const claims = decodeJwt(token)
  const key = Buffer.from(testSecret)
  const forge = ({ header = {}, without = '', secret = key, ...more }: Record<string, unknown> = {}) => {
    const payload: Record<string, unknown> = { ...claims, ...more }
    delete payload[String(without)]
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid, ...(header as object) })
      .sign(secret as Buffer)
  }
  assert.equal((await call(app, 'GET /auth/me', { as: await forge() })).status, 200, 'the forge works')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const alg of ['none', 'None', 'NONE']) {
    const unsigned = `${encode({ alg, typ: 'at+jwt', kid })}.${encode(claims)}`
    for (const signature of ['', token.split('.')[2] ?? '']) await isRefused(`${unsigned}.${signature}`, alg)
  }
  for (const alg of ['HS384', 'HS512'])
    await isRefused(await forge({ header: { alg }, secret: Buffer.concat([key, key]) }), alg)
  const bare = `${encode({ alg: 'HS384', typ: 'at+jwt', kid })}.${encode(claims)}`
  await isRefused(`${bare}.${createHmac('sha384', key).update(bare).digest('base64url')}`, 'same key, HS384')
  for (const claim of ['exp', 'sub', 'jti', 'aud', 'sid'])
    await isRefused(await forge({ without: claim }), `no ${claim}`)
  await isRefused(await forge({ aud: 'elsewhere' }), 'aud')
  await isRefused(await forge({ exp: Math.floor(clock.now() / 1000) - 1 }), 'exp')
  for (const typ of ['JWT', 'rt+jwt', undefined]) await isRefused(await forge({ header: { typ } }), `typ ${typ}`)
  for (const other of ['x', '', undefined, 7]) await isRefused(await forge({ header: { kid: other } }), `kid ${other}`)
  for (const sub of ['0', '-1', `${id} or 1=1`, '99999999999', String(id + 1), 'x'])
    await isRefused(await forge({ sub }), `sub ${sub}`)
  for (const sid of ['', 'x', 7, "' or 1=1", crypto.randomUUID()]) await isRefused(await forge({ sid }), `sid ${sid}`)
  await isRefused(await forge({ secret: Buffer.from(newSecret) }), 'another secret')
  for (const scheme of ['Basic', 'Token', '']) {
    const headers = { authorization: `${scheme} ${token}`.trim() }
    assert.equal((await call(app, 'GET /auth/me', { headers })).status, 401, scheme)
  }
})

test('a token with any bit flipped is refused', async () => {
  const { token } = await signUp(app)
  const bytes = Buffer.from(token)
  const lastBits = Array.from({ length: 8 }, (_, bit) => (bytes.length - 1) * 8 + bit)
  const places = [...lastBits, ...Array.from({ length: 1000 }, () => randomInt(bytes.length * 8))]
  for (const place of places) {
    const flipped = Buffer.from(bytes)
    flipped[place >> 3] = (flipped[place >> 3] ?? 0) ^ (1 << (place & 7))
    await isRefused(flipped.toString('latin1'), `bit ${place} of ${token}`)
  }
  assert.equal((await call(app, 'GET /auth/me', { as: token })).status, 200)
})

test('secrets rotate: old tokens hold while their secret is listed, and not after', async (t) => {
  const rotated = await createAccountsApi(database, { clock, secrets: [newSecret, testSecret] })
  const later = await createAccountsApi(database, { clock, secrets: [newSecret] })
  t.after(() => Promise.all([rotated.close(), later.close()]))
  const session = await signUp(app)
  assert.equal((await call(rotated, 'GET /auth/me', { as: session })).status, 200)
  assert.equal((await call(later, 'GET /auth/me', { as: session })).status, 401)
  const fresh = await refresh(session.cookie, later)
  assert.equal((await call(rotated, 'GET /auth/me', { as: fresh.body.access_token })).status, 200)
  await isRefused(fresh.body.access_token, 'a secret that this process does not have')
})

test('an access token ends after 10 minutes', async () => {
  const { token } = await signUp(app)
  clock.forward(599_000)
  assert.equal((await call(app, 'GET /auth/me', { as: token })).status, 200)
  clock.forward(2000)
  await isRefused(token)
})

test('what ends a session ends its access tokens at once, in every process', async () => {
  const ends: [string, (session: Awaited<ReturnType<typeof signUp>>) => Promise<unknown>][] = [
    ['logout by cookie', ({ cookie }) => call(app, 'POST /auth/logout', { cookie })],
    ['logout by token', ({ token }) => call(app, 'POST /auth/logout', { as: token })],
    ['logout everywhere', ({ token }) => call(app, 'POST /auth/logout-everywhere', { as: token })],
    [
      'another password',
      ({ token }) => {
        const body = { current_password: goodPassword, new_password: 'a better day at sea' }
        return call(app, 'PUT /auth/password', { as: token, body })
      },
    ],
    ['deletion', ({ token }) => call(app, 'DELETE /auth/me', { as: token, body: { password: goodPassword } })],
    ['another role', ({ email }) => changeRole(database.db, email, 'administrator')],
    ['a password set on the machine', ({ email }) => resetPassword(database.db, email, 'a better day at sea')],
    ['deletion on the machine', ({ email }) => removeUser(database.db, email)],
  ]
  for (const [name, end] of ends) {
    const session = await signUp(app)
    for (const server of [app, twin])
      assert.equal((await call(server, 'GET /auth/me', { as: session })).status, 200, name)
    await end(session)
    for (const server of [app, twin]) {
      assert.equal((await call(server, 'GET /auth/me', { as: session })).status, 401, name)
      assert.equal((await refresh(session.cookie, server)).status, 401, name)
    }
  }
})

test('logging out ends one session; everywhere and another password end the others too, and the page goes on', async () => {
  const first = await signUp(app)
  const second = await signIn(app, first)
  await call(app, 'POST /auth/logout', { cookie: first.cookie })
  assert.equal((await call(app, 'GET /auth/me', { as: second })).status, 200)
  const third = await signIn(app, first)
  const body = { current_password: goodPassword, new_password: 'a better day at sea' }
  const changed = await call(app, 'PUT /auth/password', { as: third, body })
  assert.equal(changed.status, 200)
  await isRefused(second.token)
  assert.equal((await call(app, 'GET /auth/me', { as: changed.body.access_token })).status, 200)
  assert.equal((await refresh(changed.cookie)).status, 200)
  const old = await call(app, 'POST /auth/login', { body: { email: first.email, password: goodPassword } })
  assert.equal(old.status, 401)
})

test('a login that was checked before the password changed opens no session after it', async () => {
  const { db } = database
  const session = await signUp(app)
  const before = await findUserByEmail(db, session.email)
  assert.ok(before)
  const { sessions } = new Accounts({ db, clock, secrets: [testSecret], cost: cheap })
  assert.ok(await sessions.open(db, before))
  await resetPassword(db, session.email, 'a better day at sea')
  assert.equal(await sessions.open(db, before), undefined)
  await removeUser(db, session.email)
  assert.equal(await sessions.open(db, before), undefined)
})

test('a refresh token is replaced; the one before it leads to the same successor for 10 s, an older one ends the session', async () => {
  const { cookie: r1, id } = await signUp(app)
  const second = await refresh(r1)
  const again = await refresh(r1, twin)
  assert.deepEqual([again.status, again.cookie], [200, second.cookie], 'the grace')
  const third = await refresh(second.cookie)
  assert.notEqual(third.cookie, second.cookie)
  assert.equal((await call(app, 'GET /auth/me', { as: third.body.access_token })).status, 200)
  const replay = await refresh(r1)
  assert.deepEqual([replay.status, /Max-Age=0/.test(String(replay.headers['set-cookie']))], [401, true])
  assert.equal((await refresh(third.cookie)).status, 401, 'the family is revoked')
  await isRefused(third.body.access_token)
  const { rows } = await database.pool.query(`select from audit_log where action = 'refresh_reused' and user_id = $1`, [
    id,
  ])
  assert.equal(rows.length, 1)
})

test('after the grace the token before is a copy too', async () => {
  const { cookie: r1, id } = await signUp(app)
  const { cookie: r2 } = await refresh(r1)
  await letPass(id, '9 seconds')
  assert.equal((await refresh(r1)).cookie, r2)
  await letPass(id, '2 seconds')
  assert.equal((await refresh(r1)).status, 401)
  assert.equal((await refresh(r2)).status, 401)
})

test('20 refreshes of one token at once, over two processes, have one successor, and nobody is logged out', async () => {
  const { cookie } = await signUp(app)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => refresh(cookie, index % 2 ? app : twin)))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.equal(new Set(answers.map((answer) => answer.cookie)).size, 1)
  const next = await refresh(answers[0]?.cookie ?? '')
  assert.equal(next.status, 200)
  for (const { body } of answers)
    assert.equal((await call(twin, 'GET /auth/me', { as: body.access_token })).status, 200)
})

test('a session ends after 7 days without use, and after 30 in any case', async () => {
  const idle = await signUp(app)
  await letPass(idle.id, '6 days 23 hours')
  const used = await refresh(idle.cookie)
  assert.match(String(used.headers['set-cookie']), /Max-Age=604800/)
  await letPass(idle.id, '7 days 1 second')
  assert.equal((await refresh(used.cookie)).status, 401)
  const { rows } = await database.pool.query(`select from audit_log where action = 'refresh_reused' and user_id = $1`, [
    idle.id,
  ])
  assert.equal(rows.length, 0, 'an end is no theft')
  const busy = await signUp(app)
  let { cookie } = busy
  for (let day = 0; day < 28; day += 6) {
    await letPass(busy.id, '6 days')
    const answer = await refresh(cookie)
    if (day < 24) assert.equal(answer.status, 200, `day ${day}`)
    else assert.equal(answer.status, 401)
    cookie = answer.cookie
  }
})

test('nothing that is stored opens a session', async () => {
  const { cookie } = await signUp(app)
  await refresh(cookie)
  const { rows } = await database.pool.query('select * from sessions')
  for (const { family, token_hash, parent_hash, successor_nonce } of rows)
    for (const secret of [token_hash, parent_hash, successor_nonce].filter((bytes) => bytes !== null)) {
      const bytes = Buffer.concat([Buffer.from(family.replaceAll('-', ''), 'hex'), secret])
      const made = `__Host-cryptoflow_refresh=${bytes.toString('base64url')}`
      assert.equal((await refresh(made)).status, 401)
    }
})

test('an account has at most 50 sessions, and those that ended are cleared away', async () => {
  const session = await signUp(app)
  await database.pool.query(
    `insert into sessions (user_id, token_hash, rotated_at, idle_expires_at, expires_at)
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
  assert.equal((await call(app, 'GET /auth/me', { as: session })).status, 200, 'the newest stay')
})
