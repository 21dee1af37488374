import assert from 'node:assert/strict'
import { createECDH, createHmac, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { webhookHeaders } from '../../contract/notification-lists.ts'
import type { NewChannel } from '../../contract/notifications.ts'
import { createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { type MailServer, startMailServer } from '../../test/mail-server.ts'
import { createSending } from '../../test/notifications.ts'
import { type Received, type Receiver, startReceiver } from '../../test/receiver.ts'
import { createMailer } from '../mail.ts'
import { getChannel } from '../warehouse/notification-channels.ts'

let database: TestDatabase
let app: FastifyInstance
let receiver: Receiver
let mails: MailServer
let ada: Session
let sending: ReturnType<typeof createSending>
let mailer: NonNullable<ReturnType<typeof createMailer>>
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  receiver = await startReceiver()
  mails = await startMailServer()
  ada = await signUp(app)
  mailer = createMailer({ url: mails.url, from: 'CryptoFlow <cryptoflow@example.org>' }) ?? assert.fail()
  sending = createSending(database.db, { allowedHosts: ['127.0.0.1'], mailer })
})
after(async () => {
  mailer.close()
  await Promise.all([app.close(), receiver.close(), mails.close(), sending.outgoing.close()])
  await database.drop()
})

const letter = {
  id: 'key-1',
  title: 'Bitcoin <above> $70,000',
  text: 'Now $70,001 & rising.',
  path: '/coins/bitcoin',
  at: '2026-11-29T18:00:00Z',
}
const link = 'https://crypto.example.org/coins/bitcoin'

async function deliver(channel: NewChannel): Promise<{ request: Received; secret: string | null }> {
  const owner = { id: ada.id, email: ada.email }
  const { id, signing_secret } = await sending.channels.create(owner, channel)
  const sealed = await getChannel(database.db, { userId: ada.id, channelId: id })
  assert.equal(await sending.sender.send(sealed, letter), 200)
  const [request] = receiver.requests.splice(0)
  return { request: request ?? assert.fail('nothing was received'), secret: signing_secret }
}

test('signs a webhook as Standard Webhooks say', async () => {
  const { request, secret } = await deliver({ kind: 'webhook', settings: { url: `${receiver.url}/hook?room=1` } })
  const { headers, body } = request
  assert.equal(request.path, '/hook?room=1')
  assert.deepEqual([headers[webhookHeaders.id], headers['idempotency-key']], ['key-1', 'key-1'])
  const timestamp = headers[webhookHeaders.timestamp]
  assert.ok(Math.abs(Date.now() / 1000 - Number(timestamp)) < 60)
  assert.match(secret ?? '', /^whsec_/)
  const key = Buffer.from((secret ?? '').slice('whsec_'.length), 'base64')
  const expected = createHmac('sha256', key).update(`key-1.${timestamp}.${body}`).digest('base64')
  assert.equal(headers[webhookHeaders.signature], `v1,${expected}`)
  const { data, ...rest } = JSON.parse(body)
  assert.deepEqual(data, { title: letter.title, text: letter.text, url: link, at: letter.at })
  assert.deepEqual([rest.type, rest.id], ['notification', 'key-1'])
})

const server = () => receiver.url

const cases: [string, () => NewChannel, path: string, headers: Record<string, string>, body: unknown][] = [
  [
    'ntfy',
    () => ({ kind: 'ntfy', settings: { server: server(), topic: 'alerts', token: 'tk_1' } }),
    '/',
    { authorization: 'Bearer tk_1' },
    { topic: 'alerts', title: letter.title, message: letter.text, click: link },
  ],
  [
    'Telegram',
    () => ({
      kind: 'telegram',
      settings: { server: `${server()}/`, token: `12345:${'x'.repeat(35)}`, chat_id: '-100' },
    }),
    `/bot12345:${'x'.repeat(35)}/sendMessage`,
    {},
    { chat_id: '-100', text: `${letter.title}\n${letter.text}\n${link}`, link_preview_options: { is_disabled: true } },
  ],
  [
    'Discord',
    () => ({ kind: 'discord', settings: { url: `${server()}/api/webhooks/1/abc` } }),
    '/api/webhooks/1/abc',
    {},
    {
      embeds: [{ title: letter.title, description: letter.text, url: link, timestamp: letter.at }],
      allowed_mentions: { parse: [] },
    },
  ],
  [
    'Slack',
    () => ({ kind: 'slack', settings: { url: `${server()}/services/T/B/x` } }),
    '/services/T/B/x',
    {},
    { text: `*Bitcoin &lt;above&gt; $70,000*\nNow $70,001 &amp; rising.\n<${link}|Open CryptoFlow>` },
  ],
  [
    'Apprise',
    () => ({ kind: 'apprise', settings: { server: `${server()}/sub`, key: 'mine', tag: 'phone' } }),
    '/sub/notify/mine',
    {},
    { title: letter.title, body: `${letter.text}\n${link}`, type: 'info', format: 'text', tag: 'phone' },
  ],
]

for (const [name, toChannel, path, headers, body] of cases)
  test(`sends to ${name}`, async () => {
    const { request } = await deliver(toChannel())
    assert.equal(request.path, path)
    const wanted = { 'content-type': 'application/json', 'idempotency-key': 'key-1', ...headers }
    for (const [header, value] of Object.entries(wanted)) assert.equal(request.headers[header], value, header)
    assert.deepEqual(JSON.parse(request.body), body)
  })

test('encrypts a browser push with the keys of this server, which it creates once', async () => {
  const browser = createECDH('prime256v1')
  const settings = {
    endpoint: `${receiver.url}/push/1`,
    p256dh: browser.generateKeys().toString('base64url'),
    auth: randomBytes(16).toString('base64url'),
  }
  const { request } = await deliver({ kind: 'push', settings })
  const { publicKey } = await sending.sender.getVapidKeys()
  assert.match(request.headers.authorization ?? '', new RegExp(`^vapid t=\\S+, k=${publicKey}$`))
  assert.deepEqual([request.headers['content-encoding'], request.headers.topic], ['aes128gcm', 'key-1'])
  assert.doesNotMatch(request.body, /Bitcoin/)
  const other = createSending(database.db)
  assert.deepEqual(await other.sender.getVapidKeys(), await sending.sender.getVapidKeys())
  await other.outgoing.close()
  const count = () => sending.channels.list(ada).then(({ items }) => items.filter(({ kind }) => kind === 'push').length)
  await deliver({ kind: 'push', settings })
  assert.equal(await count(), 1, 'a browser has one channel')
})

test('sends email to the confirmed address only', async () => {
  const create = () => sending.channels.create(ada, { kind: 'email' })
  await assert.rejects(create, /Confirm the email/)
  await database.pool.query('update users set email_verified_at = now() where id = $1', [ada.id])
  const { id, target } = await create()
  assert.equal(target, ada.email)
  const channel = await getChannel(database.db, { userId: ada.id, channelId: id })
  const message = { ...letter, title: 'Bitcoin above' }
  assert.equal(await sending.sender.send(channel, message), null)
  assert.deepEqual(mails.mails[0]?.to, [ada.email])
  const { text = '' } = mails.mails.splice(0)[0] ?? {}
  for (const part of ['Subject: Bitcoin above', 'Message-ID: <key-1@example.org>', 'Now $70,001 & rising.', link])
    assert.ok(text.includes(part), `${part} in ${text}`)
  for (const [status, isPermanent] of [
    [451, false],
    [550, true],
  ] as const) {
    mails.refusals.push(status)
    await assert.rejects(sending.sender.send(channel, message), { statusCode: status, isPermanent })
  }
})
