import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Granularity, hasDayClose } from '../../contract/day.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { makeAllCandles, makeStaleCandles } from './candles.ts'
import { inTransaction } from './db.ts'
import { writeHistory } from './history.ts'
import { ensurePartitions } from './partitions.ts'

let database: TestDatabase
let coins = 0
before(async () => {
  database = await createTestDatabase()
  const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-04-01T00:00:00Z')]
  await ensurePartitions(database.pool, { from, to })
})
after(() => database.drop())

type Observation = [at: string, price: number, granularity?: Granularity, volume?: number | null]
type Candle = {
  date: string
  open: number
  high: number
  low: number
  close: number
  volume: number | null
  close_at: string
  granularity: Granularity
  samples: number
}

const addCoin = async (): Promise<number> => {
  coins += 1
  await database.pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at) values ($1, 'x', 'X', now(), now())`,
    [`coin-${coins}`],
  )
  return coins
}

/** Writes observations of a coin, at 10 minutes by default; `at` is in the year 2026. */
const observe = async (coinId: number, observations: Observation[]): Promise<void> => {
  for (const [at, price_usd, granularity = '10min', volume = null] of observations)
    await inTransaction(database.pool, (tx, client) =>
      writeHistory(
        { tx, client },
        { coinId, granularity, points: [{ at: Date.parse(`2026-${at}Z`), price_usd, market_cap: null, volume }] },
      ),
    )
}

const months = ['2026-01-01', '2026-02-01', '2026-03-01']
const make = async (how: typeof makeAllCandles): Promise<void> => {
  for (const month of months) await inTransaction(database.pool, (tx) => how(tx, { month, before: '2026-03-20' }))
}

/** The candles of a coin, made incrementally and compared with a full rebuild. */
const listCandles = async (coinId: number): Promise<Candle[]> => {
  const read = async () =>
    (
      await database.pool.query<Candle>(
        `select date, open, high, low, close, volume, close_at, granularity, samples
         from fact_daily_ohlcv where coin_id = $1 order by date`,
        [coinId],
      )
    ).rows
  await make(makeStaleCandles)
  const candles = await read()
  await database.pool.query('update fact_daily_ohlcv set open = 1e9, close = 1e9, samples = 1 where coin_id = $1', [
    coinId,
  ])
  await make(makeAllCandles)
  assert.deepEqual(await read(), candles, 'a full rebuild gives the same candles')
  return candles
}
const candlesOf = async (...observations: Observation[]): Promise<Candle[]> => {
  const coinId = await addCoin()
  await observe(coinId, observations)
  return listCandles(coinId)
}
const find = (candles: Candle[], date: string) => candles.find((candle) => candle.date === date)

test('the price at midnight closes one day and opens the next, also across months', async () => {
  const candles = await candlesOf(
    ['01-31T00:00:00', 5, '10min', 50],
    ['01-31T12:00:00', 9, '10min', 60],
    ['02-01T00:00:00', 2, '10min', 70],
    ['02-01T12:00:00', 4],
    ['02-02T00:00:00', 3, '10min', 80],
  )
  const common = { granularity: '10min' }
  assert.deepEqual(candles, [
    {
      ...common,
      date: '2026-01-30',
      open: 5,
      high: 5,
      low: 5,
      close: 5,
      volume: 50,
      close_at: '2026-01-31T00:00:00Z',
      samples: 1,
    },
    {
      ...common,
      date: '2026-01-31',
      open: 5,
      high: 9,
      low: 2,
      close: 2,
      volume: 70,
      close_at: '2026-02-01T00:00:00Z',
      samples: 3,
    },
    {
      ...common,
      date: '2026-02-01',
      open: 2,
      high: 4,
      low: 2,
      close: 3,
      volume: 80,
      close_at: '2026-02-02T00:00:00Z',
      samples: 3,
    },
    {
      ...common,
      date: '2026-02-02',
      open: 3,
      high: 3,
      low: 3,
      close: 3,
      volume: 80,
      close_at: '2026-02-02T00:00:00Z',
      samples: 1,
    },
  ])
  assert.deepEqual(
    candles.map((candle) => hasDayClose(candle)),
    [true, true, true, false],
    'a day known by its opening alone has no close',
  )
})

test('without a price at midnight the first and last of the day and the last known volume are used', async () => {
  const [day, ...others] = await candlesOf(
    ['02-10T01:00:00', 5, '10min', 50],
    ['02-10T20:00:00', 7, 'hourly', 60],
    ['02-10T22:00:00', 6],
  )
  assert.deepEqual(others, [])
  assert.deepEqual(day, {
    date: '2026-02-10',
    open: 5,
    high: 7,
    low: 5,
    close: 6,
    volume: 60,
    close_at: '2026-02-10T22:00:00Z',
    granularity: 'hourly',
    samples: 3,
  })
})

const sides: [Granularity, string, string][] = [
  ['5min', '00:05:00', '00:05:01'],
  ['10min', '00:05:00', '00:05:01'],
  ['hourly', '00:30:00', '00:30:01'],
  ['daily', '01:00:00', '01:00:01'],
]
for (const [granularity, inside, outside] of sides) {
  test(`an observation at ${granularity} counts as midnight up to ${inside} after it, not at ${outside}`, async () => {
    const near = await candlesOf(['02-10T12:00:00', 5], [`02-11T${inside}`, 9, granularity], ['02-11T12:00:00', 6])
    const [first, second] = [find(near, '2026-02-10'), find(near, '2026-02-11')]
    assert.deepEqual([first?.close, first?.high, first?.close_at, first?.samples], [9, 9, `2026-02-11T${inside}Z`, 2])
    assert.deepEqual([second?.open, second?.samples], [9, 2])
    const far = await candlesOf(['02-10T12:00:00', 5], [`02-11T${outside}`, 9, granularity], ['02-11T12:00:00', 6])
    assert.deepEqual([find(far, '2026-02-10')?.close, find(far, '2026-02-10')?.high], [5, 5])
    assert.equal(find(far, '2026-02-11')?.open, 9, 'still the first of its day')
  })

  test(`an observation at ${granularity} counts as midnight as long before it`, async () => {
    const before = (time: string) =>
      new Date(Date.parse('2026-02-11T00:00:00Z') - Date.parse(`1970-01-01T${time}Z`)).toISOString().slice(5, 19)
    const near = await candlesOf(['02-10T12:00:00', 5], [before(inside), 9, granularity], ['02-11T12:00:00', 6])
    assert.deepEqual([find(near, '2026-02-11')?.open, find(near, '2026-02-11')?.high], [9, 9])
    const far = await candlesOf(['02-10T12:00:00', 5], [before(outside), 9, granularity], ['02-11T12:00:00', 6])
    assert.deepEqual([find(far, '2026-02-11')?.open, find(far, '2026-02-11')?.high], [6, 6])
    assert.equal(find(far, '2026-02-10')?.close, 9, 'still the last of its day')
  })
}

test('the nearest observation counts as midnight for both days, the earlier of two equally near', async () => {
  const exact = await candlesOf(['02-10T23:55:00', 4, '5min'], ['02-11T00:00:00', 5], ['02-11T00:05:00', 6, '5min'])
  assert.deepEqual([find(exact, '2026-02-10')?.close, find(exact, '2026-02-11')?.open], [5, 5])
  const even = await candlesOf(['02-10T23:55:00', 4, '5min'], ['02-11T00:05:00', 6, '5min'])
  assert.deepEqual([find(even, '2026-02-10')?.close, find(even, '2026-02-11')?.open], [4, 4])
  const later = await candlesOf(['02-10T23:50:00', 4], ['02-11T00:05:00', 6, '5min'])
  assert.deepEqual([find(later, '2026-02-10')?.close, find(later, '2026-02-11')?.open], [6, 6])
})

test('an observation near a month boundary opens the first day or closes the last', async () => {
  const before = await candlesOf(['01-31T23:58:00', 4, '5min'], ['02-01T12:00:00', 6])
  assert.deepEqual(find(before, '2026-02-01'), {
    ...{ date: '2026-02-01', open: 4, high: 6, low: 4, close: 6, volume: null },
    ...{ close_at: '2026-02-01T12:00:00Z', granularity: '10min', samples: 2 },
  })
  const after = await candlesOf(['01-31T12:00:00', 4], ['02-01T00:03:00', 6, '5min'])
  assert.deepEqual([find(after, '2026-01-31')?.close, find(after, '2026-01-31')?.close_at], [6, '2026-02-01T00:03:00Z'])
})

test('makes an unfinished month up to the given day and keeps later marks', async () => {
  const coinId = await addCoin()
  await observe(coinId, [
    ['03-18T12:00:00', 4],
    ['03-19T12:00:00', 5],
    ['03-20T12:00:00', 6],
  ])
  const candles = await listCandles(coinId)
  assert.deepEqual(
    candles.map(({ date, close }) => [date, close]),
    [
      ['2026-03-18', 4],
      ['2026-03-19', 5],
    ],
  )
  await database.pool.query(`insert into stale_candle values ($1, '2026-03-19')`, [coinId])
  await make(makeAllCandles)
  const { rows } = await database.pool.query('select date from stale_candle where coin_id = $1', [coinId])
  assert.deepEqual(rows, [{ date: '2026-03-20' }], 'a full rebuild deletes only the marks of the days it made')
})

test('daily points give an open, a close and the coarsest granularity', async () => {
  const candles = await candlesOf(
    ['02-10T00:00:00', 4, 'daily', 1],
    ['02-11T00:00:00', 6, 'daily', 2],
    ['02-12T00:00:00', 5, 'daily', 3],
  )
  assert.deepEqual(
    candles.map(({ date, open, high, low, close, volume, samples, granularity }) => [
      date,
      open,
      high,
      low,
      close,
      volume,
      samples,
      granularity,
    ]),
    [
      ['2026-02-09', 4, 4, 4, 4, 1, 1, 'daily'],
      ['2026-02-10', 4, 6, 4, 6, 2, 2, 'daily'],
      ['2026-02-11', 6, 6, 5, 5, 3, 2, 'daily'],
      ['2026-02-12', 5, 5, 5, 5, 3, 1, 'daily'],
    ],
  )
})

test('a late close updates the candle, and a candle with dropped facts stays', async () => {
  const coinId = await addCoin()
  await observe(coinId, [
    ['01-31T00:00:00', 5],
    ['01-31T12:00:00', 9],
  ])
  assert.equal(find(await listCandles(coinId), '2026-01-31')?.close, 9)
  await observe(coinId, [['02-01T00:00:00', 2]])
  const whole = await listCandles(coinId)
  assert.equal(find(whole, '2026-01-31')?.close, 2)
  await database.pool.query(`delete from fact_market_data where coin_id = $1 and timestamp < '2026-02-01'`, [coinId])
  await database.pool.query(
    `insert into stale_candle values ($1, '2026-01-31'), ($1, '2026-02-01') on conflict do nothing`,
    [coinId],
  )
  await make(makeStaleCandles)
  await make(makeAllCandles)
  const { rows } = await database.pool.query(
    'select open, close, samples from fact_daily_ohlcv where coin_id = $1 order by date',
    [coinId],
  )
  assert.deepEqual(
    rows,
    whole.map(({ open, close, samples }) => ({ open, close, samples })),
  )
})
