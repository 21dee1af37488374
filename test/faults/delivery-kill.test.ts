import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openQueue } from '../../server/jobs/queue.ts'
import { notify } from '../../server/notifications/notify.ts'
import { keyOf, uniform } from '../../simulator/hash.ts'
import { createAccountsApi, signUp } from '../accounts.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { createSending } from '../notifications.ts'
import { startReceiver } from '../receiver.ts'
import { waitFor } from '../wait.ts'

const child = fileURLToPath(new URL('delivery-child.ts', import.meta.url))
const rounds = Number(process.env.DELIVERY_ROUNDS ?? 1)
const perRound = 30

async function startChild({ connection }: TestDatabase) {
  const started = spawn(process.execPath, [child, JSON.stringify(connection)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(started, 'exit')
  await once(started.stdout, 'data')
  return {
    kill: async () => {
      started.kill('SIGKILL')
      await ended
    },
  }
}

test('processes killed at random lose no delivery, and repeat one only with the same key', async (t) => {
  const database = await createTestDatabase()
  const receiver = await startReceiver()
  const app = await createAccountsApi(database)
  t.after(async () => {
    await Promise.all([app.close(), receiver.close()])
    await database.drop()
  })
  const { pool, db } = database
  const { id, email } = await signUp(app)
  const { channels } = createSending(db, { allowedHosts: ['127.0.0.1'] })
  const channel = await channels.create({ id, email }, { kind: 'webhook', settings: { url: receiver.url } })
  const tell = (key: string) =>
    notify(db, {
      ...{ accountId: id, key, title: key, text: '', path: '/', at: '2026-11-29T18:00:00Z' },
      channelIds: [channel.id],
    })
  /** Lets the time pass after which a killed process is noticed. */
  const letPass = async () => {
    await pool.query(`update pgboss.job set heartbeat_on = heartbeat_on - interval '1 hour' where state = 'active'`)
    await pool.query(`update pgboss.queue set monitor_on = null, maintain_on = null`)
    const boss = openQueue(database.connection, { works: false })
    await boss.start()
    await boss.supervise()
    await boss.stop({ graceful: false })
    await pool.query(`update pgboss.job set start_after = now() where state = 'retry'`)
    await pool.query(`update notification_delivery set next_attempt_at = now() where state = 'pending'`)
  }
  for (let round = 0; round < rounds; round += 1) {
    const { kill } = await startChild(database)
    const before = receiver.requests.length
    const wanted = Math.ceil(uniform(keyOf('delivery-kill', 1), round) * perRound)
    for (let count = 0; count < perRound; count += 1) await tell(`event ${round} ${count}`)
    await waitFor(() => receiver.requests.length >= before + wanted, `${wanted} requests`)
    await kill()
    await letPass()
  }
  const { kill } = await startChild(database)
  t.after(kill)
  const total = rounds * perRound
  const read = async () =>
    (
      await pool.query(
        `select count(*) filter (where state = 'delivered')::int as delivered, count(*)::int as all,
         (select count(*)::int from notification_attempt where error is null) as attempts from notification_delivery`,
      )
    ).rows[0]
  await waitFor(async () => (await read()).delivered === total, 'all delivered')
  assert.deepEqual(await read(), { delivered: total, all: total, attempts: total })
  const keys = receiver.requests.map(({ headers }) => headers['idempotency-key'])
  assert.equal(new Set(keys).size, total)
  t.diagnostic(`${rounds} kills, ${total} deliveries, ${keys.length - total} sent twice`)
})
