import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { type Answer, call, createAccountsApi, goodPassword, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

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

const login = (email: string, password: string, address: string, server = app) =>
  call(server, 'POST /auth/login', { body: { email, password }, address })

const count = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status).length

/** Sends all attempts concurrently, half to each process. */
async function attack(tries: [email: string, password: string, address: string][]): Promise<Answer[]> {
  const answers: Answer[] = []
  const work = async (server: FastifyInstance, own: typeof tries) => {
    for (const [email, password, address] of own) answers.push(await login(email, password, address, server))
  }
  const lanes = Array.from({ length: 8 }, (_, lane) => tries.filter((_try, index) => index % 8 === lane))
  await Promise.all(lanes.map((own, lane) => work(lane % 2 ? app : twin, own)))
  return answers
}

test('verifies only a few of 20 passwords against one account; the user can sign in from another address', async () => {
  const { email } = await signUp(app)
  const answers = await attack(Array.from({ length: 20 }, (_, n) => [email, `guess number ${n}`, '203.0.113.5']))
  assert.deepEqual([count(answers, 401) <= 6, count(answers, 401) + count(answers, 429)], [true, 20])
  const rejected = answers.find(({ status }) => status === 429)
  assert.ok(Number(rejected?.headers['retry-after']) > 0)
  assert.match(rejected?.body.detail ?? '', /Try again in \d+ seconds/)
  assert.equal((await login(email, goodPassword, '203.0.113.5')).status, 429, 'the right password')
  assert.equal((await login(email, goodPassword, '192.0.2.77')).status, 200)
})

test('throttles only the address that tries 20 accounts with 2 passwords each', async () => {
  const tries = Array.from({ length: 40 }, (_, n): [string, string, string] => [
    `person-of-list-${n % 20}@example.org`,
    `guess ${Math.floor(n / 20)}`,
    '203.0.113.6',
  ])
  const answers = await attack(tries)
  assert.ok(count(answers, 401) <= 33, `${count(answers, 401)} were verified`)
  const { email } = await signUp(app)
  assert.equal((await login(email, goodPassword, '192.0.2.78')).status, 200)
})

test('throttles an account that 120 addresses try; its user can sign in from a known address', async () => {
  const { email } = await signUp(app)
  assert.equal((await login(email, goodPassword, '192.0.2.79')).status, 200)
  const answers = await attack(
    Array.from({ length: 120 }, (_, n) => [email, `guess ${n}`, `10.9.${n >> 8}.${n & 255}`]),
  )
  assert.ok(count(answers, 401) <= 105, `${count(answers, 401)} were verified`)
  assert.equal((await login(email, goodPassword, '192.0.2.79')).status, 200)
})

test('counts an IPv6 /64 as one address, expires failures and resets on success', async () => {
  const { email } = await signUp(app)
  const from = (n: number) => `2001:db8:1:2:${n.toString(16)}::1`
  for (let n = 1; n <= 4; n += 1) assert.equal((await login(email, 'wrong guess', from(n))).status, 401)
  assert.equal((await login(email, goodPassword, from(5))).status, 200)
  for (let n = 1; n <= 5; n += 1) assert.equal((await login(email, 'wrong guess', from(n))).status, 401)
  assert.equal((await login(email, goodPassword, from(9))).status, 429)
  assert.equal((await login(email, goodPassword, '2001:db8:1:3::1')).status, 200, 'another customer')
  await database.pool.query(`update login_throttle set updated_at = updated_at - interval '61 seconds'`)
  assert.equal((await login(email, goodPassword, from(9))).status, 200)
})

test('throttles known and unknown accounts alike and stores only hashes', async () => {
  const { email } = await signUp(app)
  const sequence = async (name: string, address: string) => {
    const answers: Answer[] = []
    for (let n = 0; n < 7; n += 1) answers.push(await login(name, 'wrong guess', address))
    return answers.map(({ status, body }) => [status, body.detail])
  }
  assert.deepEqual(await sequence(email, '203.0.113.90'), await sequence('nobody@example.org', '203.0.113.91'))
  const { rows } = await database.pool.query(`select key::text, encode(key, 'escape') as text from login_throttle`)
  assert.doesNotMatch(JSON.stringify(rows), /example|203\.0/)
})

test('throttles checks of the current password', async () => {
  const session = await signUp(app)
  const body = { current_password: 'wrong guess', new_password: 'a better day at sea' }
  const statuses: number[] = []
  for (let n = 0; n < 7; n += 1) statuses.push((await call(app, 'PUT /auth/password', { as: session, body })).status)
  assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429, 429])
  assert.equal((await call(app, 'DELETE /auth/me', { as: session, body: { password: goodPassword } })).status, 429)
})

test('takes the address from a trusted proxy only', async (t) => {
  const proxied = await createAccountsApi(database, {}, { trustedProxies: ['10.7.0.0/16'] })
  t.after(() => proxied.close())
  const { email } = await signUp(app)
  const attempt = async (address: string, from: string) => {
    const body = { email, password: 'wrong guess' }
    const headers = { 'x-forwarded-for': from }
    return (await call(proxied, 'POST /auth/login', { body, address, headers })).status
  }
  for (let n = 1; n <= 5; n += 1) assert.equal(await attempt('10.7.0.1', '203.0.113.40'), 401)
  assert.equal(await attempt('10.7.0.1', '203.0.113.40'), 429)
  assert.equal(await attempt('10.7.0.1', '203.0.113.41'), 401)
  const claims = [1, 2, 3, 4, 5, 6].map((n) => `203.0.113.${50 + n}`)
  const statuses: number[] = []
  for (const from of claims) statuses.push(await attempt('203.0.113.49', from))
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429])
})
