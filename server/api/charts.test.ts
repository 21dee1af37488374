import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { CoinHistory, CoinOhlcv, Sparklines } from '../../contract/charts.ts'
import type { RunDetail, RunList } from '../../contract/pipeline.ts'
import { dayMs, tickMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { openRun, runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { writeHistory } from '../warehouse/history.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { writeInRun } from '../warehouse/runs.ts'

const ticks = 40 * 144
const newest = Math.floor(Date.now() / tickMs) * tickMs - tickMs
const hole = { from: newest - 20 * dayMs, to: newest - 18 * dayMs }

let database: TestDatabase
let app: FastifyInstance
let points: { at: number; price_usd: number; market_cap: null; volume: number }[]

before(async () => {
  database = await createTestDatabase()
  const fetchSnapshots = async () => ({
    source: 'test',
    snapshots: ['bitcoin', 'empty'].map((id) => toSnapshot(id)),
    rejected: [],
  })
  await runJob(toJobOptions(database, { fetchSnapshots }), 'ingest_market_data')
  await database.pool.query('delete from fact_market_data; delete from stale_candle')
  points = Array.from({ length: ticks }, (_, index) => ({
    at: newest - (ticks - 1 - index) * tickMs,
    price_usd: index === 1234 ? 0.5 : index === 4321 ? 99 : 10 + Math.sin(index / 50),
    market_cap: null,
    volume: index,
  })).filter(({ at }) => at < hole.from || at >= hole.to)
  await ensurePartitions(database.pool, { from: new Date(newest - 40 * dayMs), to: new Date() })
  const run = await openRun(database, 'backfill_history')
  await writeInRun(database.pool, run, (tx, client) =>
    writeHistory({ tx, client }, { coinId: 1, granularity: '10min', points }),
  )
  await runJob(toJobOptions(database, {}), 'transform_aggregates')
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async <T>(path: string): Promise<T> => (await app.inject(`/api/v1${path}`)).json()
const toMs = ({ prices }: CoinHistory) => prices.map(({ timestamp }) => Date.parse(timestamp))

test('a history has up to 1,000 points in order, with first, last, extremes and gaps', async () => {
  const history = await get<CoinHistory>('/coins/bitcoin/history?days=39')
  const within = points.filter(({ at }) => at >= Date.now() - 39 * dayMs)
  const { prices } = history
  assert.deepEqual([history.coin_id, history.symbol, history.name], [1, 'bit', 'bitcoin'])
  assert.ok(prices.length <= 1000 && prices.length > 500, String(prices.length))
  const times = toMs(history)
  assert.deepEqual(
    times,
    [...new Set(times)].sort((a, b) => a - b),
  )
  assert.ok(Math.abs((times[0] ?? 0) - (within[0]?.at ?? 0)) <= tickMs, 'the first')
  assert.equal(times.at(-1), newest)
  assert.deepEqual(
    [Math.min(...prices.map((p) => p.price_usd)), Math.max(...prices.map((p) => p.price_usd))],
    [0.5, 99],
  )
  const source = new Map(points.map(({ at, price_usd }) => [at, price_usd]))
  for (const { timestamp, price_usd } of prices) assert.equal(price_usd, source.get(Date.parse(timestamp)), timestamp)
  assert.ok(!times.some((at) => at >= hole.from && at < hole.to))
})

test('a one-day history contains all facts; a coin without facts has none', async () => {
  const history = await get<CoinHistory>('/coins/1/history?days=1')
  const within = points.filter(({ at }) => at >= Date.now() - dayMs)
  assert.ok(Math.abs(history.prices.length - within.length) <= 1)
  assert.deepEqual((await get<CoinHistory>('/coins/empty/history')).prices, [])
})

test('returns candles of closed days and uses them in place of dropped facts', async () => {
  const { candles, name } = await get<CoinOhlcv>('/coins/bitcoin/ohlcv?days=10')
  assert.deepEqual([name, candles.length], ['bitcoin', 10])
  const today = new Date().toISOString().slice(0, 10)
  for (const { date, open, high, low, close, volume, samples } of candles) {
    const day = points.filter(({ at }) => at >= Date.parse(date) && at <= Date.parse(date) + dayMs)
    const prices = day.map((point) => point.price_usd)
    assert.ok(date < today)
    assert.deepEqual(
      [open, high, low, close, volume, samples],
      [prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1), day.at(-1)?.volume, 145],
    )
  }
  await database.pool.query(`delete from fact_market_data where timestamp < now() - interval '12 days'`)
  const history = await get<CoinHistory>('/coins/bitcoin/history?days=30&again')
  const times = toMs(history)
  assert.deepEqual(
    times,
    [...new Set(times)].sort((a, b) => a - b),
  )
  assert.ok((times[0] ?? 0) < Date.now() - 28 * dayMs, 'the candles before the facts')
  assert.ok(history.prices.length <= 1000)
})

test('sparklines end with the latest price, keep the requested order and skip unknown coins', async () => {
  const answer = await get<Sparklines>('/coins/sparklines?ids=empty,1,nobody,999')
  assert.deepEqual(
    answer.map(({ coin_id }) => coin_id),
    [2, 1],
  )
  assert.deepEqual(answer[0]?.prices, [])
  assert.equal(answer[1]?.prices.length, 28)
  assert.equal(answer[1]?.prices.at(-1), points.at(-1)?.price_usd)
})

test('rejects invalid requests for charts and runs with a remedy', async () => {
  const many = Array.from({ length: 51 }, (_, index) => index).join(',')
  const cases: [string, number, RegExp][] = [
    ['/coins/bitcoin/history?days=0', 422, /days/],
    ['/coins/bitcoin/history?days=366', 422, /days/],
    ['/coins/bitcoin/ohlcv?days=x', 422, /days/],
    ['/coins/nobody/history', 404, /Coin with id nobody not found/],
    ['/coins/nobody/ohlcv', 404, /Coin with id nobody not found/],
    ['/coins/sparklines', 422, /ids/],
    ['/coins/sparklines?ids=,', 422, /ids must list 1 to 50 coins/],
    [`/coins/sparklines?ids=${many}`, 422, /got 51/],
    ['/pipeline/runs?status=odd', 422, /status/],
    ['/pipeline/runs?job_id=odd', 422, /job_id/],
    ['/pipeline/runs/0', 422, /id/],
    ['/pipeline/runs/99999', 404, /Run with id 99999 not found/],
  ]
  for (const [path, status, words] of cases) {
    const response = await app.inject(`/api/v1${path}`)
    assert.equal(response.statusCode, status, path)
    assert.match(response.json().detail, words, path)
  }
})

test('filters runs by job, by its older name and by status, and returns one run with its log', async () => {
  const all = await get<RunList>('/pipeline/runs')
  assert.deepEqual([all.total, all.items[0]?.job_id], [3, 'transform_aggregates'])
  for (const query of ['job_id=transform_aggregates', 'dag_id=transform_aggregates', 'status=success&per_page=1'])
    assert.equal((await get<RunList>(`/pipeline/runs?${query}`)).items.length, 1, query)
  assert.equal((await get<RunList>('/pipeline/runs?status=running')).items[0]?.job_id, 'backfill_history')
  const run = await get<RunDetail>(`/pipeline/runs/${all.items[0]?.id}`)
  assert.equal(run.dag_id, 'transform_aggregates')
  assert.deepEqual(
    run.log.map(({ message }) => message),
    ['job started', 'rebuilding candles', 'job done'],
  )
})
