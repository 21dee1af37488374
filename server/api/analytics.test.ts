import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import {
  analyticsPeriods,
  type CoinAnalytics,
  type CorrelationMatrix,
  type VolatilityRanking,
} from '../../contract/analytics.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { insertCloses, walk, writeCloses } from '../../test/candles.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { waitFor } from '../../test/wait.ts'

const last = toUtcDay(Date.now() - dayMs)

/** Closes of a coin that follows the market except on `own` of 10 days. */
const wander = (days: number, own: number): number[] =>
  walk(days, 100, (day) => {
    const back = days - day
    return 0.02 * ((back * 7) % 10 < own ? Math.sin(back * (own + 2)) : Math.sin(back * 3.3))
  })

const coins = {
  bitcoin: wander(365, 0),
  ethereum: wander(365, 1),
  'usd-one': wander(365, 9).map((close) => 1 + close / 1e6),
  three: wander(365, 3),
  four: wander(365, 4),
  five: wander(365, 5),
  six: wander(365, 6),
  young: wander(20, 2),
}

/** Sets the kind and underlying asset of a coin. */
const describe = (id: string, kind: string, underlying: string | null) =>
  database.pool.query('update dim_coin set kind = $2, underlying = $3 where coingecko_id = $1', [id, kind, underlying])

let database: TestDatabase
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async <T>(path: string): Promise<T> => (await app.inject(`/api/v1${path}`)).json()
const compute = (full = false) =>
  runJob(toJobOptions(database, {}, { correlationCoins: 7 }), 'compute_analytics', { full })

test('returns empty lists and nulls before the first run', async () => {
  await insertCloses(database, { last, coins })
  const matrix = await get<CorrelationMatrix>('/analytics/correlation')
  assert.deepEqual([matrix.coins, matrix.matrix, matrix.as_of, matrix.computed_at], [[], [], null, null])
  assert.deepEqual(await get('/analytics/volatility'), [])
  const coin = await get<CoinAnalytics>('/coins/bitcoin/analytics')
  assert.deepEqual(
    [coin.symbol, coin.volatility, coin.observations, coin.as_of, coin.most_correlated, coin.is_correlated],
    ['bitc', null, 0, null, [], false],
  )
  assert.deepEqual(
    coin.periods.map(({ period_days }) => period_days),
    [...analyticsPeriods],
  )
})

test('shows a new run immediately and keeps the ETag of unchanged responses', async () => {
  const first = await app.inject('/api/v1/analytics/volatility')
  const tag = String(first.headers.etag)
  const same = await app.inject({ url: '/api/v1/analytics/volatility', headers: { 'if-none-match': tag } })
  assert.equal(same.statusCode, 304)
  assert.equal((await compute()).status, 'success')
  await waitFor(async () => (await app.inject('/api/v1/analytics/volatility')).headers.etag !== tag, 'new analytics')
})

test('a matrix is symmetric with a diagonal of 1, ordered by market cap, with the number of days', async () => {
  const found = await get<CorrelationMatrix>('/analytics/correlation?period_days=30&top_n=5')
  assert.deepEqual(
    [found.ids, found.coins],
    [
      [1, 2, 3, 4, 5],
      ['bitc', 'ethe', 'usd-', 'thre', 'four'],
    ],
  )
  assert.deepEqual([found.coingecko_ids[2], found.kinds[2], found.names[2]], ['usd-one', 'stablecoin', 'usd-one'])
  assert.deepEqual([found.period_days, found.as_of], [30, last])
  assert.ok(Date.parse(found.computed_at ?? '') > Date.now() - 60_000)
  for (const [i, row] of found.matrix.entries())
    for (const [j, value] of row.entries()) {
      assert.equal(value, i === j ? 1 : found.matrix[j]?.[i])
      assert.ok(value !== null && value >= -1 && value <= 1)
      assert.equal(found.observations[i]?.[j], 29)
    }
  const { rows } = await database.pool.query(
    'select correlation from analytics_correlation where coin_a_id = 2 and coin_b_id = 4 and period_days = 30',
  )
  assert.equal(found.matrix[1]?.[3], rows[0].correlation)
})

test('excludes stablecoins on request and shows only correlated coins', async () => {
  const without = await get<CorrelationMatrix>('/analytics/correlation?top_n=4&exclude_stablecoins=true')
  assert.deepEqual(without.ids, [1, 2, 4, 5])
  assert.deepEqual((await get<CorrelationMatrix>('/analytics/correlation?top_n=100')).ids, [1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual((await get<CorrelationMatrix>('/analytics/correlation')).ids.length, 7)
  const ranking = await get<VolatilityRanking>('/analytics/volatility?exclude_stablecoins=true&top_n=3')
  assert.deepEqual(ranking.map(({ coin_id }) => coin_id).sort(), [1, 2, 4])
})

test('ranks the most volatile coins first and those with too little data last', async () => {
  const ranking = await get<VolatilityRanking>('/analytics/volatility?period_days=90')
  assert.deepEqual(
    ranking.map(({ rank }) => rank),
    [1, 2, 3, 4, 5, 6, 7, null],
  )
  const known = ranking.slice(0, 7).map(({ volatility }) => volatility ?? 0)
  assert.deepEqual(
    known,
    known.toSorted((a, b) => b - a),
  )
  assert.equal(ranking.at(-2)?.kind, 'stablecoin')
  const young = ranking.at(-1)
  assert.deepEqual(
    [young?.coingecko_id, young?.observations, young?.volatility, young?.max_drawdown, young?.as_of, young?.rank],
    ['young', 19, null, null, last, null],
  )
  assert.equal(young?.annualized_reason, 'Needs at least 72 daily returns; this period has 19')
  for (const key of [
    'coin_id',
    'symbol',
    'name',
    'volatility',
    'max_drawdown',
    'sharpe_ratio',
    'period_days',
    'market_cap',
    'image_url',
  ])
    assert.ok(key in (ranking[0] ?? {}), `earlier clients read ${key}`)
  const [first] = ranking
  assert.equal(first?.volatility_annualized, (first?.volatility ?? 0) * Math.sqrt(365))
  assert.ok((first?.max_drawdown ?? 0) > 0 && (first?.value_at_risk_95 ?? 0) > 0)
})

test('a coin has all periods and correlated coins without itself and duplicates, with stablecoins marked', async () => {
  const coin = await get<CoinAnalytics>('/coins/bitcoin/analytics?period_days=180&include_related=true')
  assert.deepEqual(
    coin.periods.map(({ period_days, observations }) => [period_days, observations]),
    analyticsPeriods.map((days) => [days, days - 1]),
  )
  const ranking = await get<VolatilityRanking>('/analytics/volatility?period_days=180')
  const row = ranking.find(({ coin_id }) => coin_id === 1)
  for (const key of [
    'volatility',
    'max_drawdown',
    'sharpe_ratio',
    'sortino_ratio',
    'calmar_ratio',
    'period_days',
  ] as const)
    assert.equal(coin[key], row?.[key], key)
  const { most_correlated: most, least_correlated: least } = coin
  assert.deepEqual([most.length, least.length], [3, 3])
  const ids = [...most, ...least].map(({ coin_id }) => coin_id)
  assert.deepEqual(ids.toSorted(), [2, 3, 4, 5, 6, 7])
  const values = [...most, ...least.toReversed()].map(({ correlation }) => correlation)
  assert.deepEqual(
    values,
    values.toSorted((a, b) => b - a),
  )
  assert.equal(most[0]?.coingecko_id, 'ethereum')
  assert.deepEqual(
    [...most, ...least].filter(({ is_stablecoin }) => is_stablecoin).map(({ coingecko_id }) => coingecko_id),
    ['usd-one'],
  )
  const week = await get<CoinAnalytics>('/coins/1/analytics?period_days=7&include_related=true')
  assert.deepEqual([week.period_days, week.most_correlated[0]?.observations], [7, 6])
  const young = await get<CoinAnalytics>('/coins/young/analytics')
  assert.deepEqual([young.is_correlated, young.most_correlated, young.observations], [false, [], 19])
})

test('annualized metrics need 30 returns and growth 90 days; the response gives the reason for nulls', async () => {
  const { periods } = await get<CoinAnalytics>('/coins/bitcoin/analytics')
  assert.deepEqual(
    periods.map((row) => [row.period_days, row.annualized_reason, row.cagr_reason]),
    [
      [7, 'Needs at least 30 daily returns; this period has 6', 'Needs a period of at least 90 days; this one has 7'],
      [
        30,
        'Needs at least 30 daily returns; this period has 29',
        'Needs a period of at least 90 days; this one has 30',
      ],
      [90, null, null],
      [180, null, null],
      [365, null, null],
    ],
  )
  for (const row of periods) {
    for (const key of ['volatility', 'period_return', 'max_drawdown', 'best_day_return'] as const)
      assert.equal(typeof row[key], 'number', `${key} of ${row.period_days} days`)
    const isYear = row.period_days >= 90
    for (const key of ['volatility_annualized', 'sharpe_ratio', 'sortino_ratio', 'cagr', 'calmar_ratio'] as const)
      assert.equal(row[key] !== null, isYear, `${key} of ${row.period_days} days`)
  }
})

test('excludes the same asset, derived coins and stablecoins from correlations by default', async () => {
  await describe('three', 'wrapped', 'bitcoin')
  await describe('four', 'coin', 'bitcoin')
  await describe('five', 'staked', 'ethereum')
  assert.equal((await compute(true)).status, 'success')
  const ids = async (id: string, query = '') => {
    const { most_correlated, least_correlated } = await get<CoinAnalytics>(
      `/coins/${id}/analytics?period_days=90${query}`,
    )
    return [...most_correlated, ...least_correlated].map(({ coingecko_id }) => coingecko_id).sort()
  }
  await waitFor(async () => (await ids('bitcoin')).join() === 'ethereum,six')
  assert.deepEqual(await ids('three'), ['ethereum', 'six'], 'of the same asset as bitcoin and four')
  assert.deepEqual(await ids('five'), ['bitcoin', 'four', 'six'], 'of the same asset as ethereum')
  assert.deepEqual(await ids('six'), ['bitcoin', 'ethereum', 'four'])
  assert.deepEqual(await ids('six', '&include_related=true'), [
    'bitcoin',
    'ethereum',
    'five',
    'four',
    'three',
    'usd-one',
  ])
  const matrix = (query = '') => get<CorrelationMatrix>(`/analytics/correlation?period_days=90&${query}`)
  assert.deepEqual((await matrix('exclude_wrapped=true')).ids, [1, 2, 3, 5, 7])
  assert.deepEqual((await matrix()).ids, [1, 2, 3, 4, 5, 6, 7])
  const ranking = await get<VolatilityRanking>('/analytics/volatility?exclude_wrapped=true')
  assert.deepEqual(ranking.map(({ coin_id }) => coin_id).sort(), [1, 2, 3, 5, 7, 8])
  for (const id of ['three', 'four', 'five']) await describe(id, 'coin', null)
  assert.equal((await compute(true)).status, 'success')
  await waitFor(async () => (await ids('bitcoin')).length === 5)
})

test('removes a dropped coin from all lists before the next run', async () => {
  await database.pool.query(`update dim_coin set is_tracked = false, market_cap_rank = null where id = 4`)
  assert.equal((await compute(true)).status, 'success')
  await waitFor(async () => !(await get<CorrelationMatrix>('/analytics/correlation?top_n=9')).ids.includes(4))
  const coin = await get<CoinAnalytics>('/coins/2/analytics')
  assert.ok([...coin.most_correlated, ...coin.least_correlated].every(({ coin_id }) => coin_id !== 4))
  assert.ok((await get<VolatilityRanking>('/analytics/volatility')).every(({ coin_id }) => coin_id !== 4))
  assert.equal((await get<CoinAnalytics>('/coins/4/analytics')).as_of, null)
})

test('lists the five most and least correlated of many coins', async () => {
  const more = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [
      `more-${n}`,
      wander(30, n % 10).map((close, day) => close + (day % (n + 2))),
    ]),
  )
  await insertCloses(database, { last, coins: more })
  await writeCloses(database, { id: 'six', last, closes: wander(30, 6) })
  assert.equal((await runJob(toJobOptions(database, {}, {}), 'compute_analytics')).status, 'success')
  const { rows } = await database.pool.query(
    `select coin_a_id + coin_b_id - 1 as id from analytics_correlation
     where 1 in (coin_a_id, coin_b_id) and period_days = 30 and correlation is not null order by correlation desc`,
  )
  const all = rows.map(({ id }) => id)
  assert.ok(all.length > 12)
  const coin = await waitFor(async () => {
    const found = await get<CoinAnalytics>('/coins/1/analytics?include_related=true')
    return found.most_correlated.length === 5 ? found : undefined
  })
  assert.deepEqual(
    [coin.most_correlated, coin.least_correlated].map((list) => list.map(({ coin_id }) => coin_id)),
    [all.slice(0, 5), all.slice(-5).reverse()],
  )
})

test('rejects invalid requests with a remedy', async () => {
  const cases: [string, number, RegExp][] = [
    ['/analytics/correlation?period_days=31', 422, /one of 7, 30, 90, 180, 365/],
    ['/analytics/volatility?period_days=0', 422, /one of 7, 30, 90, 180, 365/],
    ['/coins/bitcoin/analytics?period_days=-7', 422, /one of 7, 30, 90, 180, 365/],
    ['/coins/nobody/analytics', 404, /Coin with id nobody not found/],
    ['/analytics/volatility?period_days=x', 422, /period_days/],
    ['/analytics/correlation?top_n=1', 422, /top_n/],
    ['/analytics/correlation?top_n=101', 422, /top_n/],
    ['/analytics/correlation?exclude_stablecoins=maybe', 422, /exclude_stablecoins/],
    ['/coins/bitcoin/analytics?include_related=maybe', 422, /include_related/],
  ]
  for (const [path, status, words] of cases) {
    const response = await app.inject(`/api/v1${path}`)
    const body: ErrorBody = response.json()
    assert.deepEqual([response.statusCode, body.error.message], [status, body.detail], path)
    assert.match(body.detail, words, path)
    assert.equal(response.headers['cache-control'], 'no-store')
    if (status === 422) assert.equal(body.error.code, 'unprocessable')
  }
})
