import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { call, cheap, createAccountsApi, goodPassword, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { type MailServer, startMailServer } from '../../test/mail-server.ts'
import { waitFor } from '../../test/wait.ts'
import { createMailer, type Mailer } from '../mail.ts'
import { Accounts } from './accounts.ts'

const newPassword = 'another day in the hills'
let database: TestDatabase
let mails: MailServer
let mailer: Mailer
let accounts: Accounts
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  mails = await startMailServer()
  mailer = createMailer({ url: mails.url, from: 'cryptoflow@example.org' }) ?? assert.fail()
  const mail = { mailer, publicUrl: 'https://crypto.example.org', log: quietLog }
  accounts = new Accounts({ db: database.db, secret: 'kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe', cost: cheap, mail })
  app = await createAccountsApi(database, {}, { accounts })
})
after(async () => {
  mailer.close()
  await Promise.all([app.close(), mails.close()])
  await database.drop()
})

let addresses = 0
const forgot = async (email: string) => {
  addresses += 1
  const answer = await call(app, 'POST /auth/forgot-password', { body: { email }, address: `203.0.113.${addresses}` })
  await accounts.links.settle()
  return answer
}
const reset = (token: string, new_password = newPassword) =>
  call(app, 'POST /auth/reset-password', { body: { token, new_password } })
const takeToken = (page: string): string => {
  const { text = '' } = mails.mails.shift() ?? assert.fail('no mail')
  return new RegExp(`https://crypto.example.org/${page}#([\\w-]{43})`).exec(text)?.[1] ?? assert.fail(text)
}
const signIn = async ({ email }: Session, password: string) =>
  (await call(app, 'POST /auth/login', { body: { email, password } })).status

test('resets a password once by a link, ends all sessions and confirms the email', async () => {
  const ada = await signUp(app)
  assert.equal((await forgot(ada.email.toUpperCase())).status, 200)
  assert.deepEqual(mails.mails[0]?.to, [ada.email])
  const token = takeToken('reset-password')
  const { rows } = await database.pool.query(
    `select encode(token_hash, 'hex') as hash, expires_at - now() as left from account_links`,
  )
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token))
  assert.equal((await reset(token, 'password')).status, 422)
  const holder = await database.pool.connect()
  await holder.query('begin; select from account_links for update')
  const attempts = [reset(token), reset(token)]
  await waitFor(async () => {
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return (await database.pool.query(waiting)).rowCount === attempts.length
  }, 'two resets at once')
  await holder.query('commit')
  holder.release()
  assert.deepEqual((await Promise.all(attempts)).map(({ status }) => status).sort(), [200, 400])
  assert.equal((await call(app, 'GET /auth/me', { as: ada })).status, 401)
  assert.deepEqual([await signIn(ada, goodPassword), await signIn(ada, newPassword)], [401, 200])
  const verified = await database.pool.query('select 1 from users where id = $1 and email_verified_at is not null', [
    ada.id,
  ])
  assert.equal(verified.rowCount, 1)
  const audit = await database.pool.query('select action from audit_log where user_id = $1 order by id', [ada.id])
  const actions = audit.rows.map(({ action }) => action).filter((action) => action.startsWith('password'))
  assert.deepEqual(actions, ['password_reset_requested', 'password_reset'])
})

test('answers the same for an unknown email, and sends nothing there', async () => {
  const ada = await signUp(app)
  const [known, unknown] = [await forgot(ada.email), await forgot('nobody@example.org')]
  assert.deepEqual([unknown.status, unknown.body], [known.status, known.body])
  assert.equal(mails.mails.splice(0).length, 1)
})

test('a link ends after an hour, with another use, and serves no other purpose', async () => {
  const ada = await signUp(app)
  const expire = (interval: string) =>
    database.pool.query(`update account_links set expires_at = expires_at - $1::interval`, [interval])
  await forgot(ada.email)
  await forgot(ada.email)
  const [first, second] = [takeToken('reset-password'), takeToken('reset-password')]
  assert.equal((await call(app, 'POST /auth/verify-email', { body: { token: first } })).status, 400)
  await expire('59 minutes 50 seconds')
  assert.equal((await reset(second)).status, 200)
  assert.equal((await reset(first)).status, 400)
  await forgot(ada.email)
  const third = takeToken('reset-password')
  await expire('1 hour')
  const late = await reset(third)
  assert.deepEqual([late.status, late.body.detail.includes('expired')], [400, true])
  for (const token of ['', 'x', 'A'.repeat(43)]) assert.equal((await reset(token)).status, 400, token)
})

test('confirms an email by a link', async () => {
  const ada = await signUp(app)
  const send = () => call(app, 'POST /auth/send-verification', { as: ada })
  assert.equal((await send()).status, 200)
  const token = takeToken('verify-email')
  assert.equal((await reset(token)).status, 400)
  const verify = async () => (await call(app, 'POST /auth/verify-email', { body: { token } })).status
  assert.deepEqual([await verify(), await verify(), (await send()).status], [200, 400, 409])
  mails.refusals.push(550)
  const eve = await signUp(app)
  assert.equal((await call(app, 'POST /auth/send-verification', { as: eve })).status, 503)
})

test('limits links per email, and per address, for unknown emails too', async () => {
  const statuses = []
  for (let count = 0; count < 4; count += 1) statuses.push((await forgot('somebody@example.org')).status)
  assert.deepEqual(statuses, [200, 200, 200, 429])
  const from = async (email: string) =>
    (await call(app, 'POST /auth/forgot-password', { body: { email }, address: '198.51.100.77' })).status
  for (let count = 0; count < 10; count += 1) assert.equal(await from(`p${count}@example.org`), 200)
  assert.equal(await from('p10@example.org'), 429)
})

test('says what to do on a server without mail', async () => {
  const silent = await createAccountsApi(database)
  const { status, body } = await call(silent, 'POST /auth/forgot-password', { body: { email: 'a@example.org' } })
  assert.deepEqual([status, body.detail.includes('administrator')], [501, true])
  await silent.close()
})
