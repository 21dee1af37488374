import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../contract/time.ts'
import { blockConnections, listLogged, noon, openDatabase, type Price, start, stream } from '../../test/bar-keeper.ts'
import { insertCoins, listBars, toSlowCandles, toTick } from '../../test/bars.ts'
import { createBeatClock } from '../../test/beat-clock.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { openDb } from '../warehouse/db.ts'
import { startBarKeeper } from './bar-keeper.ts'

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
  assert.deepEqual(kept.lines, [], 'logs nothing when all is well')
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
  const [failure, ...others] = listLogged(kept, "can't write 1-minute candles")
  assert.ok(typeof failure?.error === 'string' && others.length === 0)
  await undo()
  await kept.clock.beat()
  assert.deepEqual(await listBars(opened.database, 1), toSlowCandles(prices, minuteMs))
  assert.deepEqual(listLogged(kept, 'writing 1-minute candles resumed'), [{ failures: 14 }])
})

test('logs how many bars a stop without a database loses', async (t) => {
  const opened = await openDatabase(t)
  const kept = start(t, opened)
  await kept.clock.beat()
  const undo = await blockConnections(opened.database)
  stream(kept, { from: noon, to: noon + 2 * minuteMs })
  await kept.keeper.stop()
  await undo()
  assert.deepEqual(listLogged(kept, '1-minute candles lost'), [{ bars: 2 }])
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
  assert.deepEqual(
    listLogged(kept, 'database unavailable'),
    [1, 2, 3, 4].map(() => ({ bars: 1 })),
  )
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

/** A database that calls `onInsert` after each insert. */
function watchInserts({ pool }: TestDatabase, onInsert: () => void) {
  const connect = async () => {
    const client = await pool.connect()
    const query = async (text: string, values: unknown[]) => {
      const answer = await client.query(text, values)
      if (text.startsWith('insert')) onInsert()
      return answer
    }
    return { query, release: () => client.release() }
  }
  return openDb({ connect, end: async () => undefined, options: {} } as never)
}

test('does not count a write twice if its response is lost', async (t) => {
  const opened = await openDatabase(t)
  const { pool } = opened.database
  let losses = 2
  const db = watchInserts(opened.database, () => {
    if (losses-- > 0) throw new Error('Connection terminated unexpectedly')
  })
  const kept = start(t, { database: { pool, db }, ids: opened.ids })
  const prices: Price[] = []
  for (const from of [0, 10_000, 20_000].map((offset) => noon + offset)) {
    prices.push(...stream(kept, { from, to: from + 10_000 }))
    await kept.clock.beat()
  }
  assert.ok(losses < 0)
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
  assert.deepEqual(listLogged(kept, 'clock set back'), [{ bars: 2 }])
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

test('writes bars of thousands of coins, up to 1,000 of a minute at once', async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const many = Array.from({ length: 3001 }, (_, index) => `coin-${index}`)
  const clock = createBeatClock(noon)
  let inserts = 0
  const db = watchInserts(database, () => {
    inserts += 1
  })
  const keeper = startBarKeeper({ db, pool: database.pool, clock, log: quietLog, retainDays: 7 })
  t.after(keeper.stop)
  keeper.follow(await insertCoins(database, many))
  for (const offset of [0, minuteMs]) {
    clock.set(noon + offset)
    keeper.add(many.slice(offset === 0 ? 0 : 1).map((id, index) => toTick(id, noon + offset, index + 1)))
  }
  await clock.beat()
  const { rows } = await database.pool.query('select count(*)::int as bars from fact_minute_ohlc')
  assert.deepEqual(rows, [{ bars: 6001 }])
  assert.equal(inserts, 4 + 3)
})
