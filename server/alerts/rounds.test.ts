import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FeedReport } from '../../contract/live.ts'
import { createAccountsApi, signUp } from '../../test/accounts.ts'
import { addAlert, addCoins } from '../../test/alerts.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import { waitFor } from '../../test/wait.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { createRound, startFeedRounds } from './rounds.ts'

const tick = Date.UTC(2026, 10, 29, 12)

/** One alert of each kind that rounds evaluate. */
async function addAlerts(database: TestDatabase, userId: number) {
  const once = { type: 'rearm', margin: 0 } as const
  return {
    change: await addAlert(
      database,
      userId,
      { type: 'change', coin_id: 1, direction: 'down', window: '24h', percent: 10 },
      { repeat: once },
    ),
    hours: await addAlert(database, userId, { type: 'change', coin_id: 1, direction: 'up', window: '4h', percent: 10 }),
    volume: await addAlert(database, userId, { type: 'volume', coin_id: 2, multiple: 2 }),
    average: await addAlert(database, userId, {
      type: 'moving_average',
      coin_id: 2,
      days: 5,
      direction: 'above',
      percent: 50,
    }),
    rsi: await addAlert(database, userId, { type: 'rsi', coin_id: 2, direction: 'above', level: 90 }),
    portfolio: await addAlert(database, userId, {
      type: 'portfolio',
      portfolio_id: 1,
      figure: 'profit',
      direction: 'below',
      usd: 0,
    }),
    age: await addAlert(database, userId, { type: 'data_age', minutes: 5 }),
    short: await addAlert(database, userId, {
      type: 'change',
      coin_id: 1,
      direction: 'either',
      window: '5m',
      percent: 3,
    }),
  }
}

/** Prices before the snapshot: closed days that rise, 4 hours ago, and of the stream. */
async function addHistory({ pool }: TestDatabase): Promise<void> {
  await pool.query(
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, volume, samples, granularity, close_at)
     select 2, d::date, n, n, n, n, 100, 1, '10min', d + interval '1 day'
     from generate_series(timestamptz '2026-10-25 00:00+00', timestamptz '2026-11-28 00:00+00', interval '1 day')
       with ordinality as g (d, n)`,
  )
  await pool.query(
    `insert into fact_market_data (coin_id, timestamp, granularity, price_usd) values (1, $1, '10min', 50000)`,
    [new Date(tick - 4 * 3_600_000).toISOString()],
  )
  await ensurePartitions(pool, { table: 'fact_minute_ohlc', from: new Date(tick), to: new Date(tick) })
  await pool.query(
    `insert into fact_minute_ohlc (coin_id, minute, open, high, low, close, ticks)
     select 1, $1::timestamptz - m * interval '1 minute', 1, 1, 1, case when m = 1 then 97 else 100 end, 1
     from unnest(array[1, 6]) m`,
    [new Date(tick).toISOString()],
  )
}

/** Publishes a snapshot with a 24h change. */
async function publish({ pool }: TestDatabase, at: number, change: number): Promise<void> {
  await pool.query(
    `update latest_market_data set timestamp = $1, price_change_24h_pct = $2, volume = 500, price_usd = price_usd`,
    [new Date(at).toISOString(), change],
  )
  await pool.query('refresh materialized view mv_latest_market_data')
}

test('each snapshot and minute is evaluated, and any number of processes trigger once', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { pool, db } = database
  const app = await createAccountsApi(database)
  const { id: userId } = await signUp(app)
  await app.close()
  await addCoins(database, new Date(tick).toISOString())
  const clock = new FakeClock(tick + 20_000)
  const readPortfolio = async () => ({ value: 1000, profit: -5 })
  const { signal } = new AbortController()
  const rounds = [1, 2].map(() => createRound({ db, pool, clock, log: quietLog, readPortfolio }, signal))
  const evaluate = () => Promise.all(rounds.map((round) => round()))
  const ids = await addAlerts(database, userId)
  await addHistory(database)
  await publish(database, tick, -10)
  await evaluate()
  await evaluate()
  const listEvents = async () =>
    (await pool.query('select alert_id, value, text from alert_event order by alert_id, id')).rows as {
      alert_id: number
      value: number
      text: string
    }[]
  const first = await listEvents()
  assert.deepEqual(
    first.map(({ alert_id }) => alert_id),
    [ids.change, ids.hours, ids.volume, ids.average, ids.rsi, ids.portfolio, ids.short],
  )
  assert.deepEqual(
    first.map(({ value }) => Number(value.toFixed(9))).filter((_value, index) => index !== 3 && index !== 4),
    [-10, 20, 5, -5, -3],
  )
  assert.equal(first[0]?.text, 'Change −10%, threshold −10%. Price $60,000. 2026-11-29 12:00:00 UTC.')
  assert.equal(first[6]?.text, 'Change −3%, threshold −3%. Price $97. 2026-11-29 12:00:20 UTC.')
  for (const [minutes, change] of [
    [10, -9],
    [20, -10],
  ] as const) {
    await clock.advance(600_000)
    await publish(database, tick + minutes * 60_000, change)
    await evaluate()
  }
  await clock.advance(300_000)
  await evaluate()
  const more = (await listEvents()).map(({ alert_id }) => alert_id)
  assert.equal(more.filter((id) => id === ids.change).length, 2, 'armed again by the snapshot between')
  assert.equal(more.filter((id) => id === ids.age).length, 1)
  assert.equal(more.length, first.length + 2)
})

test('a source of the stream that is down for a minute triggers once, until it works again', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const app = await createAccountsApi(database)
  const { id: userId } = await signUp(app)
  await app.close()
  const id = await addAlert(
    database,
    userId,
    { type: 'feed', source: 'binance' },
    { repeat: { type: 'rearm', margin: 0 } },
  )
  const clock = new FakeClock(tick)
  let state: FeedReport['state'] = 'waiting'
  const report = {
    source: 'binance',
    problem: 'HTTP 502',
    retry_at: null,
    last_tick_at: null,
    failures: 1,
    ticks: 0,
    refused: {},
  }
  const rounds = startFeedRounds({
    ...database,
    clock,
    log: quietLog,
    readFeeds: () => [{ ...report, state }] as FeedReport[],
  })
  const count = async () =>
    (await database.pool.query('select text from alert_event where alert_id = $1', [id])).rows.map(({ text }) => text)
  const events = await waitFor(async () => {
    await clock.advance(10_000)
    const found = await count()
    return found.length === 1 ? found : null
  })
  assert.match(String(events[0]), /^binance down \(HTTP 502\)\. 2026-11-29 12:01:/)
  state = 'good'
  await waitFor(async () => {
    await clock.advance(10_000)
    return (await database.pool.query(`select from alert where id = $1 and state = 'armed'`, [id])).rowCount === 1
  })
  assert.equal((await count()).length, 1)
  await rounds.stop()
})
