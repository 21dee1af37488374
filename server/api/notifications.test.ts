import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type {
  Channel,
  ChannelList,
  CreatedChannel,
  Delivery,
  DeliveryLog,
  NotificationList,
} from '../../contract/notifications.ts'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createSending } from '../../test/notifications.ts'
import { listOperations, readOpenApi } from '../../test/openapi.ts'
import { type Receiver, startReceiver } from '../../test/receiver.ts'
import { notify } from '../notifications/notify.ts'

let database: TestDatabase
let app: FastifyInstance
let receiver: Receiver
let ada: Session
let eve: Session
before(async () => {
  database = await createTestDatabase()
  receiver = await startReceiver()
  const { channels } = createSending(database.db, { allowedHosts: ['127.0.0.1'] })
  app = await createAccountsApi(database, {}, { channels })
  ada = await signUp(app)
  eve = await signUp(app)
})
after(async () => {
  await Promise.all([app.close(), receiver.close()])
  await database.drop()
})

const ask = async <T>(
  route: string,
  body?: unknown,
  as = ada,
): Promise<{ status: number; body: T & { detail: string } }> => (await call(app, route, { as, body })) as never
const create = async (body: object, as = ada): Promise<CreatedChannel> => {
  const { status, body: channel } = await ask<CreatedChannel>('POST /notifications/channels', body, as)
  assert.equal(status, 201, channel.detail)
  return channel
}
const toWebhook = (path = '/hook/token-1') => ({ kind: 'webhook', settings: { url: `${receiver.url}${path}` } })
const tell = (key: string, channelIds: number[] = [], as = ada) =>
  notify(database.db, {
    ...{ accountId: as.id, key, channelIds, title: `Title ${key}`, text: 'Text', path: '/market' },
    at: '2026-11-29T18:00:00Z',
  })

test('lists notifications, newest first, and marks them as read', async () => {
  const lin = await signUp(app)
  for (const key of ['a', 'b', 'c']) await tell(key, [], lin)
  const read = async (query = '') => (await ask<NotificationList>(`GET /notifications${query}`, undefined, lin)).body
  const { items, unread, total } = await read()
  assert.deepEqual([items.map(({ title }) => title), unread, total], [['Title c', 'Title b', 'Title a'], 3, 3])
  const mark = async (path: string) => (await ask(`POST /notifications${path}/read`, undefined, lin)).body
  assert.deepEqual(await mark(`/${items[1]?.id}`), { marked: 1 })
  assert.deepEqual(await mark(`/${items[1]?.id}`), { marked: 0 })
  const unreadOnes = await read('?unread=true&per_page=1')
  assert.deepEqual([unreadOnes.items.length, unreadOnes.total, unreadOnes.unread], [1, 2, 2])
  assert.deepEqual(await mark(''), { marked: 2 })
  assert.deepEqual((await read()).unread, 0)
})

test('never shows the secrets of a channel again, and stores them encrypted', async () => {
  const { signing_secret, ...channel } = await create({ ...toWebhook(), name: ' Server ' })
  assert.match(signing_secret ?? '', /^whsec_/)
  assert.deepEqual([channel.name, channel.target], ['Server', `${receiver.url}/…`])
  const ntfy = { kind: 'ntfy', settings: { topic: 'secret-topic', token: 'tk_secret' } }
  const other = await create(ntfy)
  assert.deepEqual([other.name, other.target, other.signing_secret], ['ntfy', 'https://ntfy.sh/se…', null])
  const { body } = await ask<ChannelList>('GET /notifications/channels')
  assert.deepEqual(body.email, { is_configured: false, is_verified: false })
  assert.match(body.push_public_key, /^[\w-]{87}$/)
  const { rows } = await database.pool.query('select * from notification_channel')
  const dump = JSON.stringify([body, rows.map((row) => ({ ...row, sealed: row.sealed.toString('latin1') }))])
  for (const secret of ['token-1', 'secret-topic', 'tk_secret', signing_secret ?? ''])
    assert.ok(!dump.includes(secret), secret)
})

test('changes, pauses and tests a channel, and says why a test failed', async () => {
  const { id } = await create(toWebhook('/first'))
  const path = `/notifications/channels/${id}`
  const run = async () => (await ask(`POST ${path}/test`)).body
  receiver.requests.splice(0)
  assert.deepEqual(await run(), { is_delivered: true, status_code: 200, error: null })
  const settings = { url: `${receiver.url}/second` }
  const { body } = await ask<Channel>(`PATCH ${path}`, { name: 'Other', is_active: false, settings })
  assert.deepEqual([body.name, body.is_active], ['Other', false])
  receiver.answers.push({ status: 500 })
  const { is_delivered, status_code, error } = (await run()) as never as Record<string, unknown>
  assert.deepEqual([is_delivered, status_code], [false, 500])
  assert.match(String(error), /HTTP 500/)
  const [first, second] = receiver.requests.splice(0)
  assert.deepEqual([first?.path, second?.path], ['/first', '/second'])
  assert.deepEqual((await ask(`PATCH ${path}`, {})).status, 422)
})

test('limits tests and channels of an account', async () => {
  const lin = await signUp(app)
  const { id } = await create(toWebhook(), lin)
  const run = async () => (await ask(`POST /notifications/channels/${id}/test`, undefined, lin)).status
  const spend = (tests: number) =>
    database.pool.query('update login_throttle set level = $1, updated_at = now()', [tests])
  assert.equal(await run(), 200)
  await spend(9)
  assert.equal(await run(), 200)
  await spend(10)
  assert.equal(await run(), 429)
  await database.pool.query('delete from login_throttle')
  for (let count = 1; count < 20; count += 1) await create(toWebhook(), lin)
  const { status, body } = await ask('POST /notifications/channels', toWebhook(), lin)
  assert.deepEqual([status, body.detail], [409, 'You have the maximum of 20 channels. Delete one first.'])
  receiver.requests.splice(0)
})

test('says what is wrong with the settings of a channel', async () => {
  const cases: [object, number, RegExp][] = [
    [{ kind: 'webhook' }, 422, /Webhook needs the setting url/],
    [{ kind: 'webhook', settings: { url: 'example.org' } }, 422, /url must be an http/],
    [{ kind: 'webhook', settings: { url: 'https://a:b@example.org' } }, 422, /must not contain a user/],
    [{ kind: 'webhook', settings: { url: 'http://0xa9fea9fe/' } }, 422, /public address.*169\.254\.169\.254/],
    [{ kind: 'webhook', settings: { url: 'http://[::ffff:10.0.0.1]/' } }, 422, /public address/],
    [{ kind: 'slack', settings: { url: 'https://example.org', topic: 'x' } }, 422, /no setting topic\. It has url/],
    [{ kind: 'ntfy', settings: { topic: 'a/b' } }, 422, /topic must be up to 64/],
    [{ kind: 'telegram', settings: { token: '1:../x', chat_id: '1' } }, 422, /token must be such as/],
    [{ kind: 'apprise', settings: { server: 'https://example.org' } }, 422, /needs the setting key/],
    [{ kind: 'push', settings: { endpoint: 'https://example.org', p256dh: 'x', auth: 'y' } }, 422, /p256dh must be/],
    [{ kind: 'email' }, 409, /sends no email/],
    [{ kind: 'pager' }, 422, /kind must be one of push, email/],
    [{ kind: 'ntfy', settings: { topic: 'x', more: '1' } }, 422, /additional properties/],
  ]
  for (const [body, status, detail] of cases) {
    const answer = await ask('POST /notifications/channels', body)
    assert.equal(answer.status, status, JSON.stringify([body, answer.body]))
    assert.match(String(answer.body.detail), detail)
  }
})

test('lists deliveries with their log, and sends dead ones again', async () => {
  const { id } = await create(toWebhook())
  await tell('dead', [id])
  const list = async (query = '') =>
    (await ask<{ items: Delivery[] }>(`GET /notifications/deliveries${query}`)).body.items
  const [delivery] = await list()
  const path = `/notifications/deliveries/${delivery?.id}`
  assert.deepEqual([delivery?.state, delivery?.title, delivery?.channel_id], ['pending', 'Title dead', id])
  assert.deepEqual((await ask(`POST ${path}/send-again`)).status, 409)
  await database.pool.query(
    `update notification_delivery set state = 'dead', next_attempt_at = null, attempts = 3, last_error = 'gone' where id = $1`,
    [delivery?.id],
  )
  await database.pool.query(
    `insert into notification_attempt (delivery_id, duration_ms, status_code, error) values ($1, 12, 410, 'gone')`,
    [delivery?.id],
  )
  assert.deepEqual((await list('?state=dead')).length, 1)
  assert.deepEqual((await list('?state=pending')).length, 0)
  const { body } = await ask<DeliveryLog>(`POST ${path}/send-again`)
  assert.deepEqual([body.state, body.attempts, body.log.length, body.log[0]?.status_code], ['pending', 0, 1, 410])
})

test('keeps the webhook of older clients as a channel', async () => {
  const lin = await signUp(app)
  const put = (url: string | null) => ask('PUT /auth/webhook', { webhook_url: url }, lin)
  const read = async () => (await ask<{ webhook_url: string | null }>('GET /auth/me', undefined, lin)).body.webhook_url
  const listKinds = async () =>
    (await ask<ChannelList>('GET /notifications/channels', undefined, lin)).body.items.map(({ kind }) => kind)
  assert.deepEqual([(await ask('POST /auth/webhook/test', undefined, lin)).status, await read()], [400, null])
  assert.equal((await put('http://10.0.0.1/')).status, 422)
  assert.equal((await put(`${receiver.url}/classic`)).status, 200)
  const masked = await read()
  assert.equal(masked, `${receiver.url}/…`)
  assert.equal((await put(masked)).status, 200)
  receiver.requests.splice(0)
  const { body } = await ask('POST /auth/webhook/test', undefined, lin)
  assert.deepEqual(body, { message: 'Test sent', status_code: 200 })
  assert.deepEqual(
    receiver.requests.splice(0).map(({ path }) => path),
    ['/classic'],
  )
  receiver.answers.push({ status: 404 })
  const failed = await ask('POST /auth/webhook/test', undefined, lin)
  assert.deepEqual([failed.status, failed.body.detail.includes('HTTP 404')], [400, true])
  assert.deepEqual(await listKinds(), ['webhook'])
  await put('https://discord.com/api/webhooks/1/x')
  assert.deepEqual(await listKinds(), ['discord'])
  await put('')
  assert.deepEqual([await listKinds(), await read()], [[], null])
})

test("another account's notification, channel or delivery is not found on any route", async () => {
  const { id: channel_id } = await create(toWebhook())
  await tell('private', [channel_id])
  const { rows } = await database.pool.query(
    `select n.id as notification_id, d.id as delivery_id from notification n
     join notification_delivery d on d.notification_id = n.id where n.key = 'private'`,
  )
  const ids = { channel_id, ...rows[0] }
  const routes = listOperations(await readOpenApi(app)).filter(({ path }) => /\/notifications\/.*\{/.test(path))
  assert.equal(routes.length, 6)
  for (const { method, path } of routes) {
    const url = path.replace('/api/v1', '').replace(/\{(\w+)\}/, (_all, name: string) => String(ids[name]))
    const body = method === 'PATCH' ? { name: 'Mine' } : undefined
    const route = `${method} ${url}`
    assert.equal((await ask(route, body, eve)).status, 404, route)
    assert.equal((await call(app, route, { body })).status, 401, route)
  }
  for (const list of ['', '/channels', '/deliveries']) {
    const { body } = await ask<{ items: unknown[] }>(`GET /notifications${list}`, undefined, eve)
    assert.deepEqual(body.items, [], list)
  }
  const { rows: kept } = await database.pool.query(
    `select c.name, n.read_at, d.state from notification n join notification_delivery d on d.notification_id = n.id
     join notification_channel c on c.id = d.channel_id where n.key = 'private'`,
  )
  assert.deepEqual(kept, [{ name: 'Webhook', read_at: null, state: 'pending' }])
})
