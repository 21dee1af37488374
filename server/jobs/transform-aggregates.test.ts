import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Granularity } from '../../contract/day.ts'
import { dayMs, tickMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { openRun, runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import type { HistoryPoint } from '../history.ts'
import { defaultPartition } from '../quality/default-partition.ts'
import { runCheck } from '../quality/run.ts'
import { inTransaction } from '../warehouse/db.ts'
import { writeHistory } from '../warehouse/history.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { publishSnapshot } from '../warehouse/snapshots.ts'

const now = Date.parse('2026-11-24T09:00:00Z')
const at = (text: string) => Date.parse(`2026-${text}Z`)
const point = (instant: number, price_usd: number, volume: number | null = null): HistoryPoint => ({
  at: instant,
  price_usd,
  market_cap: null,
  volume,
})

async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { pool } = database
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, is_tracked, first_seen_at, last_seen_at)
    values ('a', 'a', 'A', true, now(), now()), ('b', 'b', 'B', true, now(), now())`)
  await ensurePartitions(pool, { from: new Date(at('09-01T00:00:00')), to: new Date(at('12-01T00:00:00')) })
  const state = { now }
  const options = (retainRawDays = 0) =>
    toJobOptions(database, {}, { clock: { ...systemClock, now: () => state.now }, retainRawDays })
  const write = (coinId: number, points: HistoryPoint[], granularity: Granularity = '10min') =>
    inTransaction(pool, (tx, client) => writeHistory({ tx, client }, { coinId, granularity, points }))
  const transform = ({ full = false, retainRawDays = 0 } = {}) =>
    runJob(options(retainRawDays), 'transform_aggregates', { full })
  const candles = async () =>
    (
      await pool.query(
        'select coin_id as coin, date, open, high, low, close, volume, samples from fact_daily_ohlcv order by 1, 2',
      )
    ).rows
  return { ...database, state, write, transform, candles }
}

test('a candle spans both midnights of its day; the current day has none', async (t) => {
  const { write, transform, candles } = await open(t)
  await write(1, [
    point(at('11-22T00:00:00'), 5, 100),
    point(at('11-22T08:00:00'), 9, 200),
    point(at('11-22T16:00:00'), 2, 300),
    point(at('11-22T23:50:00'), 4),
    point(at('11-23T00:00:00'), 10),
    point(at('11-23T23:50:00'), 7),
    point(at('11-24T00:00:00'), 8, 900),
  ])
  assert.equal((await transform()).written, 3)
  assert.deepEqual(await candles(), [
    { coin: 1, date: '2026-11-21', open: 5, high: 5, low: 5, close: 5, volume: 100, samples: 1 },
    { coin: 1, date: '2026-11-22', open: 5, high: 10, low: 2, close: 10, volume: 300, samples: 5 },
    { coin: 1, date: '2026-11-23', open: 10, high: 10, low: 7, close: 8, volume: 900, samples: 3 },
  ])
})

test('late data rebuilds its own day only, and no new data rebuilds nothing', async (t) => {
  const { write, transform, candles, pool } = await open(t)
  await write(1, [point(at('11-20T12:00:00'), 5), point(at('11-21T12:00:00'), 5)])
  await write(2, [point(at('11-20T12:00:00'), 5)])
  assert.equal((await transform()).written, 3)
  const quiet = await transform()
  assert.deepEqual([quiet.status, quiet.idle, quiet.details?.idle], ['skipped', true, 'no closed day has changed'])
  const stamps = async () =>
    (await pool.query('select coin_id, date, updated_at from fact_daily_ohlcv order by 1, 2')).rows
  const before = await stamps()
  await write(1, [point(at('11-20T13:00:00'), 9)])
  assert.equal((await transform()).written, 1)
  assert.equal((await candles())[0].high, 9)
  assert.deepEqual((await stamps()).slice(1), before.slice(1))
})

test('a day gets its candle in the first run after it ends', async (t) => {
  const { write, transform, candles, state } = await open(t)
  await write(1, [point(at('11-23T12:00:00'), 5), point(at('11-24T08:00:00'), 6)])
  assert.equal((await transform()).written, 1)
  state.now += dayMs
  assert.equal((await transform()).written, 1)
  assert.deepEqual(
    (await candles()).map(({ date }) => date),
    ['2026-11-23', '2026-11-24'],
  )
})

test('a full rebuild fixes unmarked candles and gives the same candles as an incremental one', async (t) => {
  const { write, transform, candles, pool } = await open(t)
  const points: HistoryPoint[] = []
  for (let instant = at('09-28T00:00:00'); instant < at('11-24T00:00:00'); instant += 7 * tickMs)
    points.push(point(instant, 10 + (instant % 977), instant % 3 === 0 ? null : instant % 101))
  await write(1, points)
  await write(2, points.slice(0, 500))
  await transform()
  const expected = await candles()
  await pool.query(`update fact_daily_ohlcv set high = 1e9, samples = 1 where date < '2026-10-10'`)
  assert.equal((await transform()).status, 'skipped', 'nobody marked them')
  assert.equal((await transform({ full: true })).written, expected.length)
  assert.deepEqual(await candles(), expected)
})

const writes = [
  { what: 'in its day', before: '11-20T12:00:00', tick: '11-20T14:00:00' },
  { what: 'at the midnight that closes its month', before: '10-31T12:00:00', tick: '11-01T00:00:00' },
]
for (const { what, before, tick } of writes)
  test(`a candle waits for a fact being written ${what} and keeps its mark`, async (t) => {
    const { db, pool, write, transform, candles } = await open(t)
    await write(1, [point(at(before), 5)])
    const run = await openRun({ db }, 'ingest_market_data')
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const writer = db.transaction().execute(async (tx) => {
      const batch = { source: 'test', snapshots: [toSnapshot('a', { price_usd: 50 })], rejected: [] }
      await publishSnapshot(tx, { tick: new Date(at(tick)), runId: run, batch, asked: 1 })
      await held
    })
    const waits = () =>
      pool
        .query(`select from pg_locks where locktype = 'advisory' and not granted`)
        .then(({ rowCount }) => (rowCount ?? 0) > 0)
    const transformed = transform()
    await waitFor(waits, 'the candle that waits')
    release()
    await writer
    await transformed
    await transform()
    assert.deepEqual(
      (await candles()).slice(0, 1).map(({ high, close, samples }) => [high, close, samples]),
      [[50, 50, 2]],
    )
  })

test('retention drops a month only after the day that its first midnight closes has a candle', async (t) => {
  const { pool, write, transform, candles } = await open(t)
  await write(1, [point(at('10-01T00:00:00'), 5), point(at('11-05T12:00:00'), 7)])
  await pool.query(`delete from stale_candle where date < '2026-10-01'`)
  const hasOctober = async () =>
    (await pool.query(`select to_regclass('fact_market_data_2026_10') is not null as there`)).rows[0].there
  await transform({ retainRawDays: 20 })
  assert.equal(await hasOctober(), true, 'September 30 has no candle')
  await transform({ full: true, retainRawDays: 20 })
  assert.equal(await hasOctober(), false)
  assert.deepEqual(
    (await candles()).map(({ date, close }) => [date, close]),
    [
      ['2026-09-30', 5],
      ['2026-10-01', 5],
      ['2026-11-05', 7],
    ],
  )
})

test('facts in the default partition fail a check and move when their month is created', async (t) => {
  const { pool, write, db } = await open(t)
  const check = () => runCheck(db, defaultPartition, { now: new Date().toISOString(), trackedCoins: 50 })
  assert.equal((await check()).status, 'no_data')
  await write(1, [point(at('06-05T12:00:00'), 5), point(at('07-05T12:00:00'), 6)])
  const { status, observed } = await check()
  assert.deepEqual([status, observed], ['warning', 2])
  await ensurePartitions(pool, { from: new Date(at('06-01T00:00:00')), to: new Date(at('06-02T00:00:00')) })
  const { rows } = await pool.query(
    `select regexp_replace(tableoid::regclass::text, '_\\d{6}$', '') as place, price_usd from fact_market_data order by timestamp`,
  )
  assert.deepEqual(rows, [
    { place: 'fact_market_data_2026_06', price_usd: 5 },
    { place: 'fact_market_data_default', price_usd: 6 },
  ])
  assert.equal((await check()).observed, 1)
})

test('retention drops old months only when their candles exist, and keeps the candles', async (t) => {
  const { pool, write, transform, candles } = await open(t)
  await write(1, [point(at('09-05T12:00:00'), 5), point(at('10-05T12:00:00'), 6), point(at('11-05T12:00:00'), 7)])
  await pool.query(`delete from stale_candle where date < '2026-10-01'`)
  const months = async () =>
    (
      await pool.query(`select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'fact_market_data'::regclass and c.relname ~ '_(09|10|11)$' order by 1`)
    ).rows.map(({ relname }) => relname.slice(-2))
  await transform({ retainRawDays: 20 })
  assert.deepEqual(await months(), ['09', '11'], 'September has a fact without a candle')
  await transform({ full: true, retainRawDays: 20 })
  assert.deepEqual(await months(), ['11'])
  assert.deepEqual(
    (await candles()).map(({ date, close }) => [date, close]),
    [
      ['2026-09-05', 5],
      ['2026-10-05', 6],
      ['2026-11-05', 7],
    ],
  )
  await transform({ full: true })
  assert.equal((await candles()).length, 3, 'a full rebuild keeps the candles whose facts are gone')
  await assertInvariants({ pool })
})
