import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { RiskTable, Rolling } from '../../contract/analytics.ts'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { insertCloses, walk } from '../../test/candles.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { computeReturns } from '../analytics/returns.ts'
import { computeRolling, computeWindowRisk } from '../analytics/window.ts'

const last = toUtcDay(Date.now() - dayMs)
const coins = {
  bitcoin: walk(100, 100, (day) => 0.02 * Math.sin(day * 3.3)),
  ethereum: walk(100, 50, (day) => 0.03 * Math.sin(day * 3.1 + 1)),
  'usd-one': walk(100, 1, (day) => 0.0001 * Math.sin(day)),
  young: walk(20, 1, (day) => 0.01 * Math.sin(day * 2)),
}

let database: TestDatabase
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createApi(database.db, { riskFreeRate: 0.03 })
  await insertCloses(database, { last, coins })
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async <T>(path: string): Promise<T> => (await app.inject(`/api/v1${path}`)).json()
const toDay = (back: number) => toUtcDay(Date.parse(last) - back * dayMs)

test('a risk table covers any window, benchmark and kind of return', async () => {
  const query = `from=${toDay(59)}&to=${toDay(10)}&benchmark=ethereum&returns=log&exclude_stablecoins=true`
  const table = await get<RiskTable>(`/analytics/risk?${query}`)
  assert.deepEqual(
    [table.days, table.benchmark.coingecko_id, table.coins.map(({ coingecko_id }) => coingecko_id)],
    [50, 'ethereum', ['bitcoin', 'ethereum', 'young']],
  )
  const slice = (id: 'bitcoin' | 'ethereum') => Float64Array.from(coins[id].slice(40, 90))
  const wanted = computeWindowRisk(slice('bitcoin'), slice('ethereum'), {
    year: { periods: 365, riskFreeRate: 0.03 },
    kind: 'log',
  })
  const [bitcoin, ethereum, young] = table.coins
  const { best_day, worst_day, ...figures } = wanted
  for (const [name, value] of Object.entries(figures)) assert.equal(bitcoin?.[name as 'beta'], value, name)
  assert.equal(bitcoin?.best_day_date, toDay(59 - (best_day ?? 0)))
  assert.equal(bitcoin?.worst_day_date, toDay(59 - (worst_day ?? 0)))
  assert.deepEqual([ethereum?.beta, ethereum?.correlation, ethereum?.correlation_low], [1, 1, null])
  assert.deepEqual([young?.observations, young?.volatility, young?.expected_shortfall_95], [9, null, null])
})

test('rolling figures begin on the first day of the range', async () => {
  const rolling = await get<Rolling>(`/analytics/rolling?coin=ethereum&versus=bitcoin&window=30&from=${toDay(20)}`)
  assert.deepEqual([rolling.points.length, rolling.points[0]?.date, rolling.points.at(-1)?.date], [21, toDay(20), last])
  const toReturns = (id: 'bitcoin' | 'ethereum') => computeReturns(Float64Array.from(coins[id].slice(49)))
  assert.deepEqual(
    rolling.points.map(({ date: _, ...point }) => point),
    computeRolling(toReturns('ethereum'), toReturns('bitcoin'), { window: 30, periods: 365 }),
  )
})

test('a window that is open, reversed or too long is refused with the days to choose', async () => {
  const refuse = async (query: string) => {
    const answer = await app.inject(`/api/v1/analytics/risk?${query}`)
    return [answer.statusCode, answer.json<{ detail: string }>().detail] as const
  }
  const today = toUtcDay(Date.now())
  assert.deepEqual(await refuse(`to=${today}`), [422, `${today} is not closed yet. Choose a last day up to ${last}.`])
  assert.match((await refuse(`from=${last}&to=${toDay(9)}`))[1], /has 0 days\. Choose from 6 to 1830 days/)
  assert.equal((await refuse('from=2001-01-01'))[0], 422)
  assert.equal((await refuse('benchmark=nothing'))[0], 404)
})
