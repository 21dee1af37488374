import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { createSending } from '../../test/notifications.ts'
import { type Receiver, startReceiver } from '../../test/receiver.ts'
import { waitFor } from '../../test/wait.ts'
import { openQueue } from '../jobs/queue.ts'
import { type DueAttempt, takeDueDeliveries } from '../warehouse/notification-deliveries.ts'
import { deleteOldNotifications } from '../warehouse/notifications.ts'
import { Deliverer, retryPausesMs } from './deliverer.ts'
import { notify } from './notify.ts'

let database: TestDatabase
let app: FastifyInstance
let receiver: Receiver
let ada: Session
let sending: ReturnType<typeof createSending>
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  receiver = await startReceiver()
  ada = await signUp(app)
  sending = createSending(database.db, { allowedHosts: ['127.0.0.1'] })
})
after(async () => {
  await Promise.all([app.close(), receiver.close(), sending.outgoing.close()])
  await database.drop()
})

let serial = 0

/** A notification with one delivery to a new webhook. */
async function tell(): Promise<{ channelId: number; deliveryId: number }> {
  serial += 1
  const owner = { id: ada.id, email: ada.email }
  const settings = { url: `${receiver.url}/${serial}` }
  const { id: channelId } = await sending.channels.create(owner, { kind: 'webhook', settings })
  const at = '2026-11-29T18:00:00Z'
  const words = { title: 'Bitcoin above $70,000', text: 'Now $70,001.', path: '/coins/bitcoin', at }
  await notify(database.db, { ...words, accountId: ada.id, key: `event ${serial}`, channelIds: [channelId] })
  const { rows } = await database.pool.query('select id from notification_delivery where channel_id = $1', [channelId])
  return { channelId, deliveryId: rows[0].id }
}

const toDeliverer = (send = sending.sender.send.bind(sending.sender)) =>
  new Deliverer({ db: database.db, boss: undefined as never, sender: { send }, log: quietLog })

const makeDue = (id: number) =>
  database.pool.query('update notification_delivery set next_attempt_at = now() where id = $1', [id])
const take = async (deliveryId: number): Promise<DueAttempt> => {
  await makeDue(deliveryId)
  const due = await takeDueDeliveries(database.db, { limit: 100, leaseSeconds: 60 })
  return due.find((one) => one.deliveryId === deliveryId) ?? assert.fail('not due')
}
const read = async (id: number) =>
  (
    await database.pool.query(
      `select state, attempts, last_error, (select round(extract(epoch from d.next_attempt_at - max(at)))::int from notification_attempt where delivery_id = d.id) as pause,
         (select count(*)::int from notification_attempt where delivery_id = d.id) as log
       from notification_delivery d where id = $1`,
      [id],
    )
  ).rows[0]

test('repeats a failed delivery with growing pauses and one idempotency key, then keeps it as dead', async () => {
  const { deliveryId } = await tell()
  const deliverer = toDeliverer()
  const pauses: number[] = []
  for (let attempt = 1; attempt <= retryPausesMs.length + 1; attempt += 1) {
    receiver.answers.push({ status: 503 })
    const due = await take(deliveryId)
    assert.equal(due.attempt, attempt)
    await deliverer.deliver(due)
    pauses.push((await read(deliveryId)).pause)
  }
  assert.deepEqual(pauses, [...retryPausesMs.map((ms) => ms / 1000), null])
  const { state, attempts, last_error, log } = await read(deliveryId)
  assert.deepEqual([state, attempts, log], ['dead', pauses.length, pauses.length])
  assert.match(last_error, /HTTP 503/)
  const keys = receiver.requests.splice(0).map(({ headers }) => headers['idempotency-key'])
  assert.deepEqual([keys.length, new Set(keys).size], [pauses.length, 1])
  assert.deepEqual(await takeDueDeliveries(database.db, { limit: 100, leaseSeconds: 60 }), [])
})

test('a permanent failure is dead at once, and Retry-After lengthens a pause', async () => {
  const { deliveryId } = await tell()
  receiver.answers.push({ status: 429, headers: { 'retry-after': '120' } }, { status: 410 })
  await toDeliverer().deliver(await take(deliveryId))
  assert.deepEqual((await read(deliveryId)).pause, 120)
  await toDeliverer().deliver(await take(deliveryId))
  assert.deepEqual((await read(deliveryId)).state, 'dead')
  receiver.requests.splice(0)
})

test('a crash after the send repeats it with the same key, and a late record changes nothing', async () => {
  const { deliveryId } = await tell()
  const due = await take(deliveryId)
  const frozen = Promise.withResolvers<void>()
  const crashing = toDeliverer(async (...args) => {
    const status = await sending.sender.send(...args)
    await frozen.promise
    return status
  }).deliver(due)
  await waitFor(() => receiver.requests.length === 1)
  await toDeliverer().deliver(await take(deliveryId))
  const after = await read(deliveryId)
  assert.deepEqual([after.state, after.attempts, after.log], ['delivered', 1, 1])
  frozen.resolve()
  await crashing
  assert.deepEqual(await read(deliveryId), after)
  await toDeliverer().deliver(due)
  const keys = receiver.requests.splice(0).map(({ headers }) => headers['idempotency-key'])
  assert.deepEqual([keys.length, new Set(keys).size], [2, 1])
})

test('takes a due delivery once, and again after the lease when nothing came of it', async () => {
  const { deliveryId } = await tell()
  const takeAll = async () =>
    (await takeDueDeliveries(database.db, { limit: 100, leaseSeconds: 60 })).map((due) => due.deliveryId)
  const taken = await Promise.all([takeAll(), takeAll(), takeAll()])
  assert.deepEqual(taken.flat(), [deliveryId])
  await makeDue(deliveryId)
  assert.deepEqual(await takeAll(), [deliveryId])
})

test('deletes notifications after 90 days with their deliveries', async () => {
  const { deliveryId } = await tell()
  const age = (days: string) =>
    database.pool.query(
      `update notification set created_at = now() - $2::interval
       where id = (select notification_id from notification_delivery where id = $1)`,
      [deliveryId, days],
    )
  await age('89 days 23 hours')
  assert.equal(await deleteOldNotifications(database.db), 0)
  await age('90 days 1 second')
  assert.equal(await deleteOldNotifications(database.db), 1)
  assert.equal(await read(deliveryId), undefined)
})

test('the queue delivers what is pending and goes on after a failure of the database', async (t) => {
  const boss = openQueue(database.connection, { works: true, schedules: false })
  boss.on('error', () => undefined)
  t.after(() => boss.stop({ graceful: false }))
  await boss.start()
  let failures = 0
  class Failing extends Deliverer {
    override async deliver(due: DueAttempt): Promise<void> {
      if (failures++ === 0) throw new Error('the database is down')
      await super.deliver(due)
    }
  }
  const deliverer = new Failing({ db: database.db, boss, sender: sending.sender, log: quietLog })
  t.after(() => deliverer.stop())
  const { deliveryId } = await tell()
  await deliverer.start()
  await waitFor(async () => (await read(deliveryId)).state === 'delivered')
  assert.ok(failures > 1)
  assert.equal(receiver.requests.filter(({ path }) => path === `/${serial}`).length, 1)
})
