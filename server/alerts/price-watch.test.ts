import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAccountsApi, signUp } from '../../test/accounts.ts'
import { addAlert, addCoins } from '../../test/alerts.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import { waitFor } from '../../test/wait.ts'
import { changeAlert } from '../api/alerts/alerts.ts'
import { type PriceWatch, startPriceWatch } from './price-watch.ts'

let database: TestDatabase
let clock: FakeClock
let userId: number
let watch: PriceWatch
before(async () => {
  database = await createTestDatabase()
  clock = new FakeClock(Date.UTC(2026, 10, 29, 12))
  const app = await createAccountsApi(database)
  userId = (await signUp(app)).id
  await app.close()
  await addCoins(database, new Date(clock.now()).toISOString())
  watch = await start()
})
after(async () => {
  await watch.stop()
  await database.drop()
})

async function start(): Promise<PriceWatch> {
  const { db, pool } = database
  const started = await startPriceWatch({ db, pool, clock, log: quietLog })
  started.follow(
    new Map([
      ['bitcoin', 1],
      ['ethereum', 2],
    ]),
  )
  return started
}

const tick = (coingecko_id: string, price_usd: number) => {
  clock.advanceNow(1000)
  return { coingecko_id, price_usd, source_at: clock.now(), received_at: clock.now() }
}

const listEvents = async (alertId: number) =>
  (
    await database.pool.query(
      `select e.value, e.threshold, e.title, e.text, e.path, n.text = e.text as is_told
       from alert_event e left join notification n on n.key = e.key and n.user_id = e.user_id
       where e.alert_id = $1 order by e.id`,
      [alertId],
    )
  ).rows

/** Lets the watch read the alerts that changed. */
const poll = () => clock.advance(1000)

test('an alert triggers once per rise over its threshold, with price, threshold, time and page', async () => {
  const id = await addAlert(
    database,
    userId,
    { type: 'price', coin_id: 1, direction: 'above', price_usd: 61_000 },
    { repeat: { type: 'rearm', margin: 1 }, note: 'sell half' },
  )
  const found = waitFor(async () => {
    await poll()
    watch.add([tick('bitcoin', 61_000)])
    await watch.settle()
    return (await listEvents(id)).length === 1
  })
  await found
  const { at } = (await database.pool.query('select at from alert_event where alert_id = $1', [id])).rows[0]
  assert.deepEqual(await listEvents(id), [
    {
      value: 61_000,
      threshold: 61_000,
      title: 'Bitcoin price at or above $61,000',
      text: `Price $61,000, threshold $61,000. ${at.slice(0, 19).replace('T', ' ')} UTC.\nsell half`,
      path: '/coins/bitcoin',
      is_told: true,
    },
  ])
  watch.add([60_400, 61_500, 60_390, 60_999, 61_000, 62_000].map((price) => tick('bitcoin', price)))
  await watch.settle()
  assert.deepEqual(
    (await listEvents(id)).map(({ value }) => value),
    [61_000, 61_000],
    'one batch of ticks is evaluated tick by tick',
  )
})

test('a snapshot alone triggers alerts, by price and by the all-time high of its source', async () => {
  const low = await addAlert(database, userId, { type: 'price', coin_id: 2, direction: 'below', price_usd: 2500 })
  const high = await addAlert(database, userId, { type: 'all_time_high', coin_id: 2 }, { baseline: 4800 })
  await poll()
  clock.advanceNow(600_000)
  const at = new Date(clock.now()).toISOString()
  await database.pool.query('update dim_coin set ath = 4900 where id = 2')
  await database.pool.query(
    'update latest_market_data set price_usd = 2500, timestamp = $1, source_updated_at = $1 where coin_id = 2',
    [at],
  )
  const values = await waitFor(async () => {
    await clock.advance(5000)
    const rows = [...(await listEvents(low)), ...(await listEvents(high))]
    return rows.length === 2 && rows.map(({ value, threshold }) => [value, threshold])
  })
  assert.deepEqual(values, [
    [2500, 2500],
    [4900, 4800],
  ])
})

test('two processes that see the same ticks trigger an alert once, and a changed alert is not triggered by its old form', async () => {
  const other = await start()
  const ids: number[] = []
  for (let index = 0; index < 50; index += 1)
    ids.push(
      await addAlert(database, userId, { type: 'price', coin_id: 2, direction: 'above', price_usd: 3000 + index }),
    )
  const moved = ids[49] ?? 0
  await Promise.all([poll(), poll()])
  await waitFor(async () => {
    await poll()
    return true
  })
  await changeAlert(
    database.db,
    { userId, alertId: moved },
    {
      condition: { type: 'price', coin_id: 2, direction: 'above', price_usd: 9000 },
    },
  )
  await waitFor(async () => {
    const one = tick('ethereum', 3100)
    for (const each of [watch, other]) each.add([one])
    await Promise.all([watch.settle(), other.settle()])
    await poll()
    const { rows } = await database.pool.query(
      `select count(*)::int as events from alert_event where alert_id = any($1)`,
      [ids],
    )
    return rows[0].events === 49
  })
  for (const each of [watch, other]) each.add([tick('ethereum', 3200)])
  await Promise.all([watch.settle(), other.settle()])
  const { rows } = await database.pool.query(
    `select count(*)::int as events, count(distinct alert_id)::int as alerts from alert_event where alert_id = any($1)`,
    [ids],
  )
  assert.deepEqual(rows, [{ events: 49, alerts: 49 }])
  assert.deepEqual(await listEvents(moved), [])
  await other.stop()
})
