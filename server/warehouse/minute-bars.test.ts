import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayMs } from '../../contract/time.ts'
import { insertCoins, listBars } from '../../test/bars.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { keepMinutePartitions, listMinuteBars, type MinuteBar, upsertMinuteBars } from './minute-bars.ts'
import { ensurePartitions, listPartitionStarts } from './partitions.ts'
import { listStorage } from './storage.ts'

const noon = Date.parse('2026-11-24T12:00:00Z')

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
  await insertCoins(database, ['bitcoin', 'ethereum'])
  await ensurePartitions(database.pool, { from: new Date(noon), to: new Date(noon), table: 'fact_minute_ohlc' })
})
after(() => database.drop())

const bar = (fields: Partial<MinuteBar> = {}): MinuteBar => ({
  coin_id: 1,
  minute: noon,
  open: 5,
  high: 9,
  low: 4,
  close: 6,
  ticks: 10,
  ...fields,
})

test('writing a candle twice, or an older version later, changes nothing', async () => {
  const { db } = database
  const newer = [
    bar(),
    bar({ coin_id: 2, open: 1e-9, high: Number.MAX_VALUE, low: Number.MIN_VALUE, close: 0.1 + 0.2 }),
  ]
  assert.equal(await upsertMinuteBars(db, newer), 2)
  const read = async () => [...(await listBars(database, 1)), ...(await listBars(database, 2))]
  const held = await read()
  assert.deepEqual(await listMinuteBars(db, { minute: noon, coinIds: [2, 1, 9] }), newer, 'to the last bit')
  await upsertMinuteBars(db, newer)
  assert.deepEqual(await read(), held)
  assert.equal(await upsertMinuteBars(db, [bar({ high: 8, low: 5, close: 8, ticks: 9 })]), 0)
  assert.deepEqual(await read(), held)
  assert.equal(await upsertMinuteBars(db, [bar({ close: 7, ticks: 11 })]), 1)
  assert.deepEqual([(await read())[0]?.close, (await read())[0]?.samples], [7, 11])
})

test('merges highs and lows of two processes with different ticks', async () => {
  const minute = noon + 60_000
  await upsertMinuteBars(database.db, [bar({ minute, high: 20, low: 4 })])
  await upsertMinuteBars(database.db, [bar({ minute, high: 10, low: 1, ticks: 12 })])
  const [held] = await listMinuteBars(database.db, { minute, coinIds: [1] })
  assert.deepEqual([held?.high, held?.low, held?.ticks], [20, 1, 12])
})

test('rejects invalid prices, minutes and coins', async () => {
  for (const wrong of [
    { open: 0 },
    { high: Number.NaN },
    { low: -1 },
    { close: Infinity },
    { minute: noon + 1000 },
    { ticks: 0 },
  ])
    await assert.rejects(upsertMinuteBars(database.db, [bar(wrong)]), { code: '23514' }, JSON.stringify(wrong))
  await assert.rejects(upsertMinuteBars(database.db, [bar({ coin_id: 99 })]), { code: '23503' })
})

test('partitions hold one UTC day, exist a day ahead and are dropped whole', async (t) => {
  const other = await createTestDatabase()
  t.after(other.drop)
  await insertCoins(other, ['bitcoin'])
  const { pool, db } = other
  const newYear = Date.parse('2026-12-31T23:59:30Z')
  const days = () => listPartitionStarts(pool, 'fact_minute_ohlc')
  await keepMinutePartitions(pool, { from: newYear, now: newYear, retainDays: 2 })
  assert.deepEqual(await days(), ['2026-12-31', '2027-01-01'])
  await upsertMinuteBars(db, [bar({ minute: newYear - 30_000 }), bar({ minute: newYear + 30_000 })])
  const read = async (day: string) => (await pool.query(`select minute from fact_minute_ohlc_${day}`)).rows
  assert.deepEqual(await read('2026_12_31'), [{ minute: '2026-12-31T23:59:00Z' }])
  assert.deepEqual(await read('2027_01_01'), [{ minute: '2027-01-01T00:00:00Z' }])
  const at = (offset: number, retainDays = 2) =>
    keepMinutePartitions(pool, { from: newYear + offset, now: newYear + offset, retainDays })
  assert.deepEqual(await at(2 * dayMs), [], 'the day that ended less than two days ago stays')
  assert.deepEqual(await at(2 * dayMs + 29_000), [])
  assert.deepEqual(await at(2 * dayMs + 30_000), ['fact_minute_ohlc_2026_12_31'])
  assert.deepEqual(await at(40 * dayMs, 0), [], '0 keeps all')
  assert.deepEqual(await days(), ['2027-01-01', '2027-01-02', '2027-01-03', '2027-01-04', '2027-02-09', '2027-02-10'])
  assert.equal((await at(40 * dayMs, 7)).length, 4)
})

test('partitions cover leap days and month ends', async (t) => {
  const other = await createTestDatabase()
  t.after(other.drop)
  const { pool } = other
  for (const text of ['2028-02-28T23:59:59Z', '2028-02-29T23:00:00Z', '2027-02-28T12:00:00Z']) {
    const now = Date.parse(text)
    await keepMinutePartitions(pool, { from: now, now, retainDays: 0 })
  }
  assert.deepEqual(await listPartitionStarts(pool, 'fact_minute_ohlc'), [
    '2027-02-28',
    '2027-03-01',
    '2028-02-28',
    '2028-02-29',
    '2028-03-01',
  ])
})

test('storage sums the partitions of 1-minute candles', async () => {
  const storage = (await listStorage(database.db)).filter(({ table }) => table.startsWith('fact_minute_ohlc'))
  assert.deepEqual(
    storage.map(({ table, rows }) => [table, rows]),
    [['fact_minute_ohlc', 3]],
  )
})
