import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { CoinAnalytics, CorrelationMatrix } from '../../contract/analytics.ts'
import type { Comparison } from '../../contract/compare.ts'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { insertCloses, walk } from '../../test/candles.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { computeMaxDrawdown, daysPerYear } from '../analytics/ratios.ts'
import { computeReturns } from '../analytics/returns.ts'
import { computeRisk } from '../analytics/risk.ts'

const last = toUtcDay(Date.now() - dayMs)
const toDay = (back: number) => toUtcDay(Date.parse(last) - back * dayMs)
const wave = (days: number, own: number) => walk(days, 100, (day) => 0.03 * Math.sin(day * own) + 0.001)
const gap = { back: 10, coin: 'gappy' }

const coins: Record<string, (number | null)[]> = {
  bitcoin: wave(400, 1.3),
  ethereum: wave(400, 2.1),
  young: wave(100, 0.7),
  gappy: wave(400, 1.9).map((close, day) => (day === 399 - gap.back ? null : close)),
  empty: [],
  ...Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`more-${n}`, wave(5, n + 1)])),
}

let database: TestDatabase
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  await insertCloses(database, { last, coins })
  assert.equal(
    (await runJob(toJobOptions(database, {}, { riskFreeRate: 0.02 }), 'compute_analytics')).status,
    'success',
  )
  app = await createApi(database.db, { riskFreeRate: 0.02 })
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async <T>(path: string): Promise<T> => (await app.inject(`/api/v1${path}`)).json()
const near = (actual: number | null | undefined, expected: number | null | undefined) =>
  assert.ok(actual != null && expected != null && Math.abs(actual - expected) < 1e-12, `${actual} ${expected}`)

test('figures are those of the analytics when every coin has all closes', async () => {
  const found = await get<Comparison>('/analytics/compare?coins=ethereum,1&range=3m')
  assert.deepEqual(
    [found.from, found.to, found.period_days, found.days, found.step_days, found.dates.length],
    [toDay(89), last, 90, 90, 1, 90],
  )
  assert.deepEqual(
    found.coins.map(({ coingecko_id }) => coingecko_id),
    ['ethereum', 'bitcoin'],
  )
  for (const coin of found.coins) {
    const stored = await get<CoinAnalytics>(`/coins/${coin.coingecko_id}/analytics?period_days=90`)
    for (const figure of [
      ...(['observations', 'period_return', 'cagr', 'volatility', 'volatility_annualized', 'max_drawdown'] as const),
      ...(['sharpe_ratio', 'sortino_ratio', 'calmar_ratio', 'value_at_risk_95', 'best_day_return'] as const),
    ])
      near(coin[figure], stored[figure])
    assert.deepEqual(
      [coin.best_day_date, coin.worst_day_date, coin.cagr_reason],
      [stored.best_day_date, stored.worst_day_date, null],
    )
    near(-Math.min(...coin.drawdowns), coin.max_drawdown)
    assert.deepEqual(
      coin.rolling_volatility.findIndex((value) => value !== null),
      30,
    )
  }
  const matrix = await get<CorrelationMatrix>('/analytics/correlation?period_days=90&top_n=2')
  near(found.correlation[0]?.[1], matrix.matrix[0]?.[1])
  assert.deepEqual([found.correlation[0]?.[0], found.correlation[1]?.[0]], [1, found.correlation[0]?.[1]])
})

test('all coins are compared over the days that they share', async () => {
  const found = await get<Comparison>('/analytics/compare?coins=bitcoin,young,gappy&range=1y')
  assert.deepEqual([found.from, found.to, found.period_days, found.days], [toDay(99), last, 100, 99])
  assert.ok(!found.dates.includes(toDay(gap.back)))
  const [bitcoin, young] = found.coins
  const shared = Float64Array.from(coins.bitcoin?.slice(-100) ?? [], (close) => close ?? Number.NaN)
  shared[99 - gap.back] = Number.NaN
  const expected = computeRisk(shared, computeReturns(shared), { periods: daysPerYear, riskFreeRate: 0.02 })
  near(bitcoin?.sharpe_ratio, expected.sharpe_ratio)
  assert.equal(bitcoin?.observations, 97)
  near(bitcoin?.max_drawdown, computeMaxDrawdown(shared))
  assert.deepEqual([bitcoin?.first_close, young?.first_close], [toDay(364), toDay(99)])
  const all = await get<Comparison>('/analytics/compare?coins=bitcoin&range=max')
  assert.deepEqual([all.period_days, all.dates[0]], [400, toDay(399)])
})

test('prices are in the currency, and days without a rate are left out', async () => {
  const found = await get<Comparison>('/analytics/compare?coins=bitcoin,ethereum&range=1m&vs_currency=btc')
  assert.deepEqual([found.vs_currency, found.days], ['btc', 30])
  assert.deepEqual(new Set(found.coins[0]?.prices), new Set([1]))
  near(found.coins[1]?.prices.at(-1), (coins.ethereum?.at(-1) ?? 0) / (coins.bitcoin?.at(-1) ?? 1))
  assert.equal(found.correlation[0]?.[1], null, 'a constant price')
})

test('a coin without closes leaves no common day, and figures say why', async () => {
  const found = await get<Comparison>('/analytics/compare?coins=bitcoin,empty')
  assert.deepEqual([found.from, found.to, found.days, found.dates], [null, null, 0, []])
  assert.deepEqual([found.coins[1]?.first_close, found.coins[0]?.sharpe_ratio], [null, null])
  assert.match(found.coins[0]?.annualized_reason ?? '', /this period has 0/)
})

test('unknown coins are named, and too many are refused', async () => {
  const cases: [string, number, RegExp][] = [
    ['coins=bitcoin,nobody', 404, /Coin with id nobody not found/],
    ['coins=nobody,no-one', 404, /Coins with ids nobody, no-one not found/],
    [`coins=${Object.keys(coins).slice(0, 11)}`, 422, /1 to 10 coins \(got 11\)/],
    ['coins=,', 422, /1 to 10 coins \(got 0\)/],
    ['coins=bitcoin&range=2w', 422, /range must be one of 1m, 3m/],
    ['', 422, /coins is missing/],
  ]
  for (const [query, status, words] of cases) {
    const response = await app.inject(`/api/v1/analytics/compare?${query}`)
    assert.equal(response.statusCode, status, query)
    assert.match(response.json().detail, words)
  }
})
