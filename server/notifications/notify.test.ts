import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createAccountsApi, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { notify } from './notify.ts'

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

const addChannel = async (userId: number, isActive = true): Promise<number> => {
  const { rows } = await database.pool.query<{ id: number }>(
    `insert into notification_channel (user_id, kind, name, target, sealed, is_active)
     values ($1, 'webhook', 'Test', 'https://example.org', '\\x00', $2) returning id`,
    [userId, isActive],
  )
  return rows[0]?.id ?? 0
}

const message = {
  title: 'Bitcoin above $70,000',
  text: '$70,001.20',
  path: '/coins/bitcoin',
  at: '2026-11-29T18:00:00Z',
}

const listDeliveries = async (key: string) =>
  (
    await database.pool.query(
      `select n.user_id, d.channel_id, d.state, d.attempts, d.next_attempt_at <= now() as is_due
       from notification n left join notification_delivery d on d.notification_id = n.id where n.key = $1
       order by n.user_id, d.channel_id`,
      [key],
    )
  ).rows

test('tells an account once per key, through its own active channels', async () => {
  const [ada, eve] = [await signUp(app), await signUp(app)]
  const [first, second] = [await addChannel(ada.id), await addChannel(ada.id)]
  const [paused, foreign] = [await addChannel(ada.id, false), await addChannel(eve.id)]
  const told = { ...message, accountId: ada.id, key: 'alert 1', channelIds: [first, second, paused, foreign, 1e9] }
  const inTransaction = () => database.db.transaction().execute((tx) => notify(tx, told))
  const results = await Promise.all(Array.from({ length: 5 }, inTransaction))
  assert.deepEqual(results.filter(Boolean), [true])
  const delivery = { user_id: ada.id, state: 'pending', attempts: 0, is_due: true }
  assert.deepEqual(await listDeliveries('alert 1'), [
    { ...delivery, channel_id: first },
    { ...delivery, channel_id: second },
  ])
  assert.equal(await notify(database.db, { ...told, accountId: eve.id, channelIds: [] }), true)
})

test('a rolled back transaction leaves nothing, and its key can be used again', async () => {
  const { id } = await signUp(app)
  const told = { ...message, accountId: id, key: 'alert 2', channelIds: [await addChannel(id)] }
  const failing = database.db.transaction().execute(async (tx) => {
    await notify(tx, told)
    throw new Error('later in the transaction')
  })
  await assert.rejects(failing, /later/)
  assert.deepEqual(await listDeliveries('alert 2'), [])
  assert.equal(await notify(database.db, told), true)
})

test('long texts are cut, so that they never fail the transaction of the caller', async () => {
  const { id } = await signUp(app)
  await notify(database.db, {
    ...message,
    accountId: id,
    key: 'long',
    title: '€'.repeat(999),
    text: '\0😀'.repeat(5000),
    channelIds: [],
  })
  const { rows } = await database.pool.query(
    `select length(title) as title, length(text) as text from notification where key = 'long'`,
  )
  assert.deepEqual(rows, [{ title: 200, text: 2000 }])
})
