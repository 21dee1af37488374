import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { blockConnections, listLogged, noon, openDatabase, type Price, start, stream } from '../../test/bar-keeper.ts'
import { listBars, toSlowCandles } from '../../test/bars.ts'
import { waitFor } from '../../test/wait.ts'
import { listPartitionStarts } from '../warehouse/partitions.ts'

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
  assert.deepEqual(
    listLogged(kept, 'old 1-minute candles dropped'),
    ['2026_12_29', '2026_12_30'].map((day) => ({ dropped: `fact_minute_ohlc_${day}` })),
  )
})

test('creates the partition of yesterday while its bars can be unsaved, for 15 min', async (t) => {
  const { database, ids } = await openDatabase(t)
  const first = async (at: string) => {
    const { keeper, clock } = start(t, { database, ids }, { at: Date.parse(at), retainDays: 0 })
    await clock.beat()
    await keeper.stop()
    return (await listPartitionStarts(database.pool, 'fact_minute_ohlc'))[0]
  }
  assert.equal(await first('2031-05-02T00:15:00Z'), '2031-05-02')
  assert.equal(await first('2031-05-02T00:14:59Z'), '2031-05-01')
})

test('maintains partitions each hour, and a minute after a failure', async (t) => {
  const opened = await openDatabase(t)
  const undo = await blockConnections(opened.database)
  const kept = start(t, opened)
  const { clock } = kept
  const failures = () => listLogged(kept, "can't maintain partitions of 1-minute candles")
  const list = () => listPartitionStarts(opened.database.pool, 'fact_minute_ohlc')
  const beatAt = (at: number) => {
    clock.set(at)
    return clock.beat()
  }
  await beatAt(noon + minuteMs - 1)
  assert.equal(failures().length, 1)
  assert.equal(typeof failures()[0]?.error, 'string')
  await beatAt(noon + minuteMs)
  assert.equal(failures().length, 2)
  await undo()
  const kept1 = noon + 2 * minuteMs
  await beatAt(kept1)
  assert.deepEqual(await list(), ['2026-11-24', '2026-11-25'])
  await opened.database.pool.query('drop table fact_minute_ohlc_2026_11_25')
  await beatAt(kept1 + 60 * minuteMs - 1)
  assert.deepEqual(await list(), ['2026-11-24'])
  await beatAt(kept1 + 60 * minuteMs)
  assert.deepEqual(await list(), ['2026-11-24', '2026-11-25'])
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
