import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type pg from 'pg'
import { type Granularity, hasDayClose, listDaysOf } from '../../contract/day.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { holdCandleMarks, lockMonths, makeAllCandles, makeStaleCandles } from './candles.ts'
import { hasClose } from './day.ts'
import { type Db, inTransaction, openDb } from './db.ts'
import { writeHistory } from './history.ts'
import { locks } from './locks.ts'
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

/** Writes observations of a coin, all of 10 minutes unless they say more; `at` is in the year 2026. */
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

/** The candles of a coin: of its marked days, and the same again from all facts. */
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

test('the price at midnight closes one day and opens the next, across months too', async () => {
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

test('without an observation at midnight the first and the last of the day count, and the last known volume', async () => {
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
  test(`an observation of ${granularity} stands for the midnight up to ${inside} after it, not at ${outside}`, async () => {
    const near = await candlesOf(['02-10T12:00:00', 5], [`02-11T${inside}`, 9, granularity], ['02-11T12:00:00', 6])
    const [first, second] = [find(near, '2026-02-10'), find(near, '2026-02-11')]
    assert.deepEqual([first?.close, first?.high, first?.close_at, first?.samples], [9, 9, `2026-02-11T${inside}Z`, 2])
    assert.deepEqual([second?.open, second?.samples], [9, 2])
    const far = await candlesOf(['02-10T12:00:00', 5], [`02-11T${outside}`, 9, granularity], ['02-11T12:00:00', 6])
    assert.deepEqual([find(far, '2026-02-10')?.close, find(far, '2026-02-10')?.high], [5, 5])
    assert.equal(find(far, '2026-02-11')?.open, 9, 'it is the first of its day all the same')
  })

  test(`an observation of ${granularity} stands for the midnight up to as long before it`, async () => {
    const before = (time: string) =>
      new Date(Date.parse('2026-02-11T00:00:00Z') - Date.parse(`1970-01-01T${time}Z`)).toISOString().slice(5, 19)
    const near = await candlesOf(['02-10T12:00:00', 5], [before(inside), 9, granularity], ['02-11T12:00:00', 6])
    assert.deepEqual([find(near, '2026-02-11')?.open, find(near, '2026-02-11')?.high], [9, 9])
    const far = await candlesOf(['02-10T12:00:00', 5], [before(outside), 9, granularity], ['02-11T12:00:00', 6])
    assert.deepEqual([find(far, '2026-02-11')?.open, find(far, '2026-02-11')?.high], [6, 6])
    assert.equal(find(far, '2026-02-10')?.close, 9, 'it is the last of its day all the same')
  })
}

test('the nearest observation stands for the midnight, of two equally near the earlier, for both days', async () => {
  const exact = await candlesOf(['02-10T23:55:00', 4, '5min'], ['02-11T00:00:00', 5], ['02-11T00:05:00', 6, '5min'])
  assert.deepEqual([find(exact, '2026-02-10')?.close, find(exact, '2026-02-11')?.open], [5, 5])
  const even = await candlesOf(['02-10T23:55:00', 4, '5min'], ['02-11T00:05:00', 6, '5min'])
  assert.deepEqual([find(even, '2026-02-10')?.close, find(even, '2026-02-11')?.open], [4, 4])
  const later = await candlesOf(['02-10T23:50:00', 4], ['02-11T00:05:00', 6, '5min'])
  assert.deepEqual([find(later, '2026-02-10')?.close, find(later, '2026-02-11')?.open], [6, 6])
})

test('an observation shortly before a month opens its first day, and one shortly after closes its last', async () => {
  const before = await candlesOf(['01-31T23:58:00', 4, '5min'], ['02-01T12:00:00', 6])
  assert.deepEqual(find(before, '2026-02-01'), {
    ...{ date: '2026-02-01', open: 4, high: 6, low: 4, close: 6, volume: null },
    ...{ close_at: '2026-02-01T12:00:00Z', granularity: '10min', samples: 2 },
  })
  const after = await candlesOf(['01-31T12:00:00', 4], ['02-01T00:03:00', 6, '5min'])
  assert.deepEqual([find(after, '2026-01-31')?.close, find(after, '2026-01-31')?.close_at], [6, '2026-02-01T00:03:00Z'])
})

test('a month that is not over is made up to the day that is asked for, and marks from there on stay', async () => {
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
  const { rows } = await database.pool.query('select date from stale_candle where coin_id = $1', [coinId])
  assert.deepEqual(rows, [{ date: '2026-03-20' }], 'a full rebuild forgets the marks of what it made, and no others')
})

const januaryKey = '202601'
const februaryKey = '202602'
const days = { january: '2026-01-15', february: '2026-02-15' }
for (const [who, lock] of [
  ['a writer of facts', (tx: Db, _: pg.PoolClient, of: string[]) => holdCandleMarks(tx, of)],
  ['retention', (_: Db, client: pg.PoolClient, of: string[]) => lockMonths(client, of)],
] as const)
  for (const asked of [
    [days.january, days.february],
    [days.february, days.january],
  ])
    test(`${who} locks ${asked.map((day) => day.slice(0, 7)).join(' and ')} in the order of time`, async () => {
      const isFree = async (key: string) => {
        const { rows } = await database.pool.query('select pg_try_advisory_xact_lock($1, $2) as free', [
          locks.candles,
          key,
        ])
        return rows[0]?.free
      }
      await inTransaction(database.pool, async (_, holder) => {
        await lockMonths(holder, [days.january])
        const { rows } = await holder.query('select pg_backend_pid() as pid')
        const waiting = inTransaction(database.pool, (tx, client) => lock(tx, client, asked))
        await waitUntilBlockedBy(rows[0]?.pid)
        assert.deepEqual([await isFree(januaryKey), await isFree(februaryKey)], [false, true])
        return { waiting }
      }).then(({ waiting }) => waiting)
    })

/** Resolves once a session waits for a lock that `pid` holds. */
async function waitUntilBlockedBy(pid: number): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query(
      'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)) and datname = current_database()',
      [pid],
    )
    if (rows.length > 0) return
  }
}

test('daily points alone give an open, a close and the coarsest granularity', async () => {
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

test('a close that comes late updates the candle, and one whose facts were dropped in part stays', async () => {
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

test('a fact at midnight marks two days, one beyond its tolerance a single day', () => {
  const days = (at: string, granularity: Granularity) =>
    listDaysOf(Date.parse(`2026-${at}Z`), granularity).map((day) => day.slice(5))
  assert.deepEqual(days('03-01T00:00:00', '10min'), ['02-28', '03-01'])
  assert.deepEqual(days('03-01T00:05:00', '5min'), ['02-28', '03-01'])
  assert.deepEqual(days('03-01T00:05:00.001', '5min'), ['03-01'])
  assert.deepEqual(days('02-28T23:00:00', 'daily'), ['02-28', '03-01'])
  assert.deepEqual(days('02-28T22:59:59.999', 'daily'), ['02-28'])
})

test('a close counts within an hour of the end of its day, on either side', async () => {
  const instants = [
    '2026-02-10T22:59:59Z',
    '2026-02-10T23:00:00Z',
    '2026-02-11T01:00:00Z',
    '2026-02-11T01:00:01Z',
    null,
  ]
  const counts = (close_at: string | null) => hasDayClose({ date: '2026-02-10', close_at })
  assert.deepEqual(instants.map(counts), [false, true, true, false, false])
  const { rows } = await sql<{ counts: boolean | null }>`select ${hasClose('c')} as counts
    from unnest(${instants}::timestamptz[]) with ordinality as i (close_at, position),
      lateral (select '2026-02-10'::date as date, i.close_at) c order by position`.execute(openDb(database.pool))
  assert.deepEqual(
    rows.map((row) => row.counts),
    [false, true, true, false, null],
  )
})
