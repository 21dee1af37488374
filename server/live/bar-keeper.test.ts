import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { insertCoins, listBars, toSlowCandles, toTick } from '../../test/bars.ts'
import { type BeatClock, createBeatClock } from '../../test/beat-clock.ts'
import { administer, createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { waitFor } from '../../test/wait.ts'
import { createLog } from '../log.ts'
import { openDb } from '../warehouse/db.ts'
import { listPartitionStarts } from '../warehouse/partitions.ts'
import { type BarKeeper, startBarKeeper } from './bar-keeper.ts'

const noon = Date.parse('2026-11-24T12:00:00Z')
const coins = ['bitcoin', 'ethereum']

type Kept = { keeper: BarKeeper; clock: BeatClock; lines: string[] }
type Price = { at: number; price_usd: number }

async function openDatabase(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  return { database, ids: await insertCoins(database, coins) }
}

function start(
  t: TestContext,
  { database: { pool, db }, ids }: { database: Pick<TestDatabase, 'pool' | 'db'>; ids: Map<string, number> },
  { at = noon, retainDays = 7 } = {},
): Kept {
  const clock = createBeatClock(at)
  const lines: string[] = []
  const log = createLog({ pretty: false, write: (line) => lines.push(line) })
  const keeper = startBarKeeper({ db, pool, clock, log, retainDays })
  t.after(keeper.stop)
  keeper.follow(ids)
  return { keeper, clock, lines }
}

/** Streams bitcoin prices every `stepMs` from `from` to `to` (exclusive). */
function stream({ keeper, clock }: Kept, { from, to, stepMs = 2000 }: { from: number; to: number; stepMs?: number }) {
  const prices: Price[] = []
  for (let at = from; at < to; at += stepMs) {
    const price_usd = 100 + Math.sin(at / 7919) * 10
    prices.push({ at, price_usd })
    clock.set(at)
    keeper.add([toTick('bitcoin', at, price_usd)])
  }
  return prices
}

test('writes only changed bars every 10 s and at the end', async (t) => {
  const opened = await openDatabase(t)
  const kept = start(t, opened)
  const { keeper, clock } = kept
  const prices = stream(kept, { from: noon, to: noon + 30_000 })
  await clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
  assert.deepEqual(keeper.report(), { bars_written: 1, ticks_dropped: 0, last_write_at: noon + 28_000 })
  await clock.beat()
  assert.equal(keeper.report().bars_written, 1, 'writes nothing without new ticks')
  keeper.add([
    toTick('nobody', noon, 1),
    toTick('bitcoin', noon - 2 * minuteMs, 1),
    toTick('bitcoin', noon, Number.NaN),
  ])
  assert.equal(keeper.report().ticks_dropped, 3)
  prices.push(...stream(kept, { from: noon + 30_000, to: noon + 90_000 }))
  keeper.add([toTick('bitcoin', noon + 59_999, 777)])
  prices.push({ at: noon + 59_999, price_usd: 777 })
  await keeper.stop()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
  assert.equal(keeper.report().bars_written, 3)
})

test('a restart or takeover within a minute keeps the bar complete', async (t) => {
  const opened = await openDatabase(t)
  const prices: Price[] = []
  const instants = [0, 17, 31, 64, 90, 119].map((second) => noon + second * 1000)
  for (const [index, from] of instants.slice(0, -1).entries()) {
    const kept = start(t, opened, { at: from })
    prices.push(...stream(kept, { from, to: instants[index + 1] ?? from, stepMs: 1500 }))
    await kept.keeper.stop()
    assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
  }
})

test('a process that takes over after a crash continues the stored bar, and the old one changes nothing', async (t) => {
  const opened = await openDatabase(t)
  const first = start(t, opened)
  const written = stream(first, { from: noon, to: noon + 20_000 })
  await first.clock.beat()
  stream(first, { from: noon + 20_000, to: noon + 24_000 })
  const second = start(t, opened, { at: noon + 25_000 })
  written.push(...stream(second, { from: noon + 25_000, to: noon + 50_000 }))
  await second.clock.beat()
  const bars = toSlowCandles(written, minuteMs)
  assert.deepEqual(await listBars(opened.database, 1), bars)
  await first.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), bars)
})

/** Blocks all connections to the database until the returned function is called. */
async function blockConnections({ connection }: TestDatabase): Promise<() => Promise<unknown>> {
  await administer(`alter database ${connection.database} allow_connections false`)
  await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${connection.database}'`)
  return () => administer(`alter database ${connection.database} allow_connections true`)
}

test('keeps bars while the database is down, loses none, and logs it once', async (t) => {
  const opened = await openDatabase(t)
  const kept = start(t, opened)
  const prices = stream(kept, { from: noon, to: noon + 10_000 })
  await kept.clock.beat()
  const undo = await blockConnections(opened.database)
  for (let from = noon + 10_000; from < noon + 14 * minuteMs; from += minuteMs) {
    prices.push(...stream(kept, { from, to: from + minuteMs, stepMs: 5000 }))
    await kept.clock.beat()
  }
  const warnings = kept.lines.filter((line) => line.includes("can't write 1-minute candles"))
  assert.equal(warnings.length, 1)
  await undo()
  await kept.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
  assert.ok(kept.lines.some((line) => line.includes('resumed')))
})

test('drops the oldest bars of a database that stays down, and logs it', async (t) => {
  const opened = await openDatabase(t)
  const kept = start(t, opened)
  await kept.clock.beat()
  const undo = await blockConnections(opened.database)
  const prices: Price[] = []
  for (let from = noon; from < noon + 20 * minuteMs; from += minuteMs) {
    prices.push(...stream(kept, { from, to: from + minuteMs, stepMs: 15_000 }))
    await kept.clock.beat()
  }
  assert.equal(kept.lines.filter((line) => line.includes('database unavailable')).length, 4)
  await undo()
  await kept.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs).slice(4))
})

test('a process that starts while the database is down continues the bar of its predecessor', async (t) => {
  const opened = await openDatabase(t)
  const first = start(t, opened)
  const prices = stream(first, { from: noon, to: noon + 20_000 })
  await first.keeper.stop()
  const undo = await blockConnections(opened.database)
  const second = start(t, opened, { at: noon + 20_000 })
  prices.push(...stream(second, { from: noon + 20_000, to: noon + 70_000 }))
  await second.clock.beat()
  await undo()
  await second.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
})

test('does not count a write twice if its response is lost', async (t) => {
  const opened = await openDatabase(t)
  const { pool } = opened.database
  let losses = 2
  const connect = async () => {
    const client = await pool.connect()
    const query = async (text: string, values: unknown[]) => {
      const answer = await client.query(text, values)
      if (text.startsWith('insert') && losses-- > 0) throw new Error('Connection terminated unexpectedly')
      return answer
    }
    return { query, release: () => client.release() }
  }
  const db = openDb({ connect, end: async () => undefined, options: {} } as never)
  const kept = start(t, { database: { pool, db }, ids: opened.ids })
  const prices: Price[] = []
  for (const from of [0, 10_000, 20_000].map((offset) => noon + offset)) {
    prices.push(...stream(kept, { from, to: from + 10_000 }))
    await kept.clock.beat()
  }
  assert.ok(losses < 0)
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
})

test('creates new partitions and drops old ones across the end of a year', async (t) => {
  const opened = await openDatabase(t)
  const begin = Date.parse('2026-12-29T23:58:00Z')
  const kept = start(t, opened, { at: begin, retainDays: 2 })
  const prices: Price[] = []
  for (let from = begin; from < begin + 4 * dayMs; from += 30 * minuteMs) {
    prices.push(...stream(kept, { from, to: from + 4 * minuteMs, stepMs: minuteMs / 2 }))
    await kept.clock.beat()
  }
  assert.deepEqual(await listPartitionStarts(opened.database.pool, 'fact_minute_ohlc'), [
    '2026-12-31',
    '2027-01-01',
    '2027-01-02',
    '2027-01-03',
  ])
  const held = prices.filter(({ at }) => at >= Date.parse('2026-12-31T00:00:00Z'))
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(held, minuteMs))
})

test('retention 0 keeps every day, and adding ticks never waits for the database', async (t) => {
  const opened = await openDatabase(t)
  const kept = start(t, opened, { retainDays: 0 })
  const { pool } = opened.database
  await kept.clock.beat()
  const blocker = await pool.connect()
  const prices = stream(kept, { from: noon, to: noon + 30_000 })
  let writing: Promise<void> | undefined
  try {
    await blocker.query('begin; lock table fact_minute_ohlc')
    writing = kept.clock.beat()
    const isBlocked = `select from pg_locks where not granted and relation = 'fact_minute_ohlc'::regclass`
    await waitFor(async () => (await pool.query(isBlocked)).rowCount, 'a blocked write')
    prices.push(...stream(kept, { from: noon + 30_000, to: noon + 50_000 }))
  } finally {
    await blocker.query('commit')
    blocker.release()
  }
  await writing
  kept.clock.set(noon + 400 * dayMs)
  await kept.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
})

test('deletes stored and unsaved bars of future minutes after the clock is set back, and continues', async (t) => {
  const opened = await openDatabase(t)
  const kept = start(t, opened, { at: noon + 10 * minuteMs })
  stream(kept, { from: noon + 10 * minuteMs, to: noon + 12 * minuteMs })
  await kept.clock.beat()
  assert.equal((await listBars(opened.database, 1)).length, 2)
  stream(kept, { from: noon + 12 * minuteMs, to: noon + 13 * minuteMs })
  kept.clock.set(noon)
  const prices = stream(kept, { from: noon, to: noon + minuteMs })
  await kept.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
  for (let from = noon + minuteMs; from < noon + 11 * minuteMs; from += minuteMs) {
    prices.push(...stream(kept, { from, to: from + minuteMs, stepMs: 15_000 }))
    await kept.clock.beat()
  }
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
})

test('keeps all bars when the clock is set back by a minute', async (t) => {
  const opened = await openDatabase(t)
  const kept = start(t, opened)
  const prices = stream(kept, { from: noon, to: noon + minuteMs })
  prices.push(...stream(kept, { from: noon + minuteMs, to: noon + minuteMs + 2000 }))
  await kept.clock.beat()
  kept.clock.set(noon + 2000)
  await kept.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
})

test('writes bars of thousands of coins', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const many = Array.from({ length: 4500 }, (_, index) => `coin-${index}`)
  const clock = createBeatClock(noon)
  const keeper = startBarKeeper({ ...database, clock, log: quietLog, retainDays: 7 })
  t.after(keeper.stop)
  keeper.follow(await insertCoins(database, many))
  for (const offset of [0, minuteMs]) {
    clock.set(noon + offset)
    keeper.add(many.map((id, index) => toTick(id, noon + offset, index + 1)))
  }
  await clock.beat()
  const { rows } = await database.pool.query(
    `select count(*)::int as bars, sum(close)::float8 as sum from fact_minute_ohlc`,
  )
  assert.deepEqual(rows, [{ bars: 9000, sum: 4500 * 4501 }])
})
