import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'

let database: TestDatabase
let app: FastifyInstance
const today = Math.floor(Date.now() / dayMs) * dayMs
const minute = Math.floor(Date.now() / minuteMs) * minuteMs

before(async () => {
  database = await createTestDatabase()
  const snapshots = [
    toSnapshot('bitcoin', { symbol: 'btc', price_usd: 60_000, market_cap: 1e12 }),
    toSnapshot('wrapped-bitcoin', { symbol: 'btc', market_cap_rank: 2 }),
    toSnapshot('pepe', { symbol: 'pepe', price_usd: 0.0000123, market_cap_rank: 3 }),
  ]
  const fetchSnapshots = async () => ({ source: 'test', snapshots, rejected: [] })
  await runJob(toJobOptions(database, { fetchSnapshots }), 'ingest_market_data')
  const { pool } = database
  const [from, to] = [new Date(minute - 20 * minuteMs), new Date(minute)]
  await ensurePartitions(pool, { from, to, table: 'fact_minute_ohlc' })
  await pool.query(
    `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, volume, samples, close_at, granularity)
     select id, ($1::timestamptz at time zone 'UTC')::date - back, 100 - back, 120, 80, 101 - back, 5, 1,
       $1::timestamptz - make_interval(days => back - 1), 'daily'
     from dim_coin, generate_series(1, 10) as back where coingecko_id = 'bitcoin'`,
    [new Date(today)],
  )
  await pool.query(
    `insert into fact_minute_ohlc (coin_id, minute, open, high, low, close, ticks)
     select id, $1::timestamptz - make_interval(mins => back), 10 + back, 30, 5, 11 + back, 1
     from dim_coin, generate_series(5, 14) as back where coingecko_id = 'bitcoin'`,
    [new Date(minute)],
  )
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async (path: string) => (await app.inject(`/api/udf${path}`)).json()
const seconds = (at: number) => at / 1000

test('symbols are found by CoinGecko id and by ticker, with a price scale that fits', async () => {
  assert.equal((await app.inject('/api/udf/time')).body.length, 10)
  assert.deepEqual((await get('/config')).supported_resolutions, ['1', '5', '15', '60', '240', '1D', '1W'])
  for (const name of ['bitcoin', 'BTC', 'btcusd', 'BTC/USD', 'CryptoFlow:bitcoin']) {
    const { ticker, name: shown, pricescale } = await get(`/symbols?symbol=${encodeURIComponent(name)}`)
    assert.deepEqual([ticker, shown, pricescale], ['bitcoin', 'BTCUSD', 100], name)
  }
  assert.equal((await get('/symbols?symbol=pepe')).pricescale, 1e10)
  const unknown = await app.inject('/api/udf/symbols?symbol=nothing')
  const { s, errmsg } = unknown.json()
  assert.deepEqual([unknown.statusCode, s, errmsg], [404, 'error', 'unknown_symbol'])
  const found = await get('/search?query=bit&limit=1')
  assert.deepEqual(
    found.map(({ ticker }: { ticker: string }) => ticker),
    ['bitcoin'],
  )
})

test('bars come by range or by count, daily and from the stream; without bars: the time of the one before', async () => {
  const history = (query: string) => get(`/history?symbol=BTC&${query}`)
  const daily = await history(`resolution=1D&from=${seconds(today - 3 * dayMs)}&to=${seconds(today)}`)
  assert.deepEqual(
    daily.t,
    [3, 2, 1].map((back) => seconds(today - back * dayMs)),
  )
  assert.deepEqual([daily.s, daily.o, daily.c, daily.v], ['ok', [97, 98, 99], [98, 99, 100], [5, 5, 5]])
  const counted = await history(`resolution=1D&from=${seconds(today - dayMs)}&to=${seconds(today)}&countback=5`)
  assert.equal(counted.t.length, 5)
  const minutes = await history(`resolution=1&from=${seconds(minute - 20 * minuteMs)}&to=${seconds(minute)}`)
  assert.deepEqual([minutes.t[0], minutes.t.length], [seconds(minute - 14 * minuteMs), 10])
  const none = await history(`resolution=1&from=${seconds(minute - 2 * minuteMs)}&to=${seconds(minute)}`)
  assert.deepEqual(none, { s: 'no_data', nextTime: seconds(minute - 5 * minuteMs) })
  const never = await history('resolution=1D&from=86400&to=172800')
  assert.deepEqual(never, { s: 'no_data', nextTime: null })
})
