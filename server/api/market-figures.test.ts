import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { VolatilityRanking } from '../../contract/analytics.ts'
import type { CoinList } from '../../contract/coins.ts'
import type { MarketHistory } from '../../contract/market.ts'
import type {
  Dominance,
  KpiSparklines,
  MarketSummary,
  Sectors,
  Sentiment,
  VolatilityHistory,
} from '../../contract/market-figures.ts'
import { sentimentParts } from '../../contract/sentiment.ts'
import { dayMs, hourMs, toUtcDay } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { walk, writeCloses } from '../../test/candles.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'

const newest = Math.floor(Date.now() / hourMs) * hourMs
const last = toUtcDay(Date.now() - dayMs)
const kinds = { tether: 'stablecoin', steth: 'staked' } as const
const ids = ['bitcoin', 'ethereum', 'three', 'four', 'five', 'six', 'tether', 'steth']

let database: TestDatabase
let app: FastifyInstance

const rates = [
  { code: 'usd', name: 'US Dollar', unit: '$', type: 'fiat' as const, units_per_btc: 50_000 },
  { code: 'eur', name: 'Euro', unit: '€', type: 'fiat' as const, units_per_btc: 40_000 },
]

/** Market caps 800, 700, … 100 now; half of bitcoin's in the hour before. */
async function ingest(at: number, bitcoin: number): Promise<void> {
  const snapshots = ids.map((id, index) =>
    toSnapshot(id, {
      kind: id in kinds ? kinds[id as keyof typeof kinds] : 'coin',
      market_cap_rank: index + 1,
      market_cap: index === 0 ? bitcoin : 800 - index * 100,
      market_cap_change_24h_pct: id === 'tether' ? 25 : 0,
      price_change_24h_pct: index - 3,
      volume: 10 * (index + 1),
      source_updated_at: new Date(at).toISOString(),
    }),
  )
  const fetchSnapshots = async () => ({ source: 'test', snapshots, rejected: [] })
  const clock = { ...systemClock, now: () => at }
  const options = toJobOptions(database, { fetchSnapshots, fetchRates: async () => rates }, { clock })
  assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
}

before(async () => {
  database = await createTestDatabase()
  for (const [hours, bitcoin] of [
    [1, 400],
    [0, 800],
  ] as const)
    await ingest(newest - hours * hourMs, bitcoin)
  for (const [index, id] of ids.entries())
    await writeCloses(database, {
      id,
      last,
      closes: walk(100, 10 + index, (day) => 0.01 * Math.sin(day * (1 + index)) + (index % 2 === 0 ? 0.002 : -0.002)),
    })
  await database.pool.query('update fact_daily_ohlcv set volume = 5')
  assert.equal((await runJob(toJobOptions(database, {}), 'compute_analytics')).status, 'success')
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async <T>(path: string): Promise<T> => (await app.inject(`/api/v1${path}`)).json()
const near = (actual: number | null | undefined, expected: number) =>
  assert.ok(actual != null && Math.abs(actual - expected) < 1e-9 * Math.abs(expected) + 1e-12, `${actual} ${expected}`)

test('sparklines are the totals of the market history, in a currency too', async () => {
  const { points } = await get<MarketHistory>('/market/history?days=7')
  const found = await get<KpiSparklines>('/market/kpi-sparklines')
  assert.deepEqual(found, {
    market_cap: points.map(({ market_cap }) => market_cap),
    volume: points.map(({ volume }) => volume),
    btc_dominance: points.map(({ btc_dominance }) => btc_dominance),
  })
  assert.equal(found.market_cap.at(-1), 3600)
  const euro = await get<KpiSparklines>('/market/kpi-sparklines?vs_currency=eur')
  near(euro.market_cap.at(-1), 3600 * 0.8)
  assert.equal(euro.currency?.code, 'eur')
})

test('dominance has the same five coins at each hour, and sums to 100 with the others', async () => {
  const points = await get<Dominance>('/market/dominance?days=7')
  assert.deepEqual(
    points.map(({ timestamp }) => Date.parse(timestamp)),
    [newest - hourMs, newest],
  )
  for (const { coins, others } of points) {
    assert.deepEqual(
      coins.map(({ symbol }) => symbol),
      ['BIT', 'ETH', 'THR', 'FOU', 'FIV'],
    )
    near(
      coins.reduce((sum, { dominance }) => sum + dominance, others),
      100,
    )
  }
  near(points[0]?.coins[0]?.dominance, (400 / 3200) * 100)
  near(points[1]?.coins[0]?.dominance, (800 / 3600) * 100)
  near(points[0]?.stablecoins, (200 / 3200) * 100)
  near(points[1]?.stablecoins, (200 / 3600) * 100)
  assert.equal((await get<Dominance>('/market/dominance?days=30')).length, 1)
})

test('the summary ranks by the stored analytics of the period, in percent', async () => {
  const summary = await get<MarketSummary>('/market/summary?period=90&vs_currency=eur')
  near(summary.market_cap, 2880)
  assert.deepEqual([summary.period_days, summary.as_of, summary.currency?.code], [90, last, 'eur'])
  const ranking = await get<VolatilityRanking>('/analytics/volatility?period_days=90')
  assert.deepEqual(
    summary.most_volatile.map(({ coin_id }) => coin_id),
    ranking.slice(0, 5).map(({ coin_id }) => coin_id),
  )
  near(summary.most_volatile[0]?.volatility, (ranking[0]?.volatility ?? 0) * 100)
  const byReturn = ranking.toSorted((a, b) => (b.period_return ?? 0) - (a.period_return ?? 0))
  const rising = byReturn.filter(({ period_return }) => (period_return ?? 0) > 0)
  assert.deepEqual(
    summary.top_performers.map(({ symbol }) => symbol),
    rising.slice(0, 5).map(({ symbol }) => symbol),
  )
  near(summary.top_performers[0]?.return_pct, (rising[0]?.period_return ?? 0) * 100)
  near(summary.top_losers[0]?.return_pct, (byReturn.at(-1)?.period_return ?? 0) * 100)
})

test('sectors are the kinds of coins, and the coin list filters by each category', async () => {
  const sectors = await get<Sectors>('/market/sectors')
  assert.deepEqual(
    sectors.map(({ category, coin_count, total_market_cap, total_volume }) => [
      category,
      coin_count,
      total_market_cap,
      total_volume,
    ]),
    [
      ['coin', 6, 3300, 210],
      ['stablecoin', 1, 200, 70],
      ['staked', 1, 100, 80],
    ],
  )
  const [coin, stable] = sectors
  assert.deepEqual(
    coin?.leaders.map(({ coingecko_id }) => coingecko_id),
    ['bitcoin', 'ethereum', 'three'],
  )
  near(coin?.avg_change_24h, -0.5)
  near(stable?.market_cap_change_24h_pct, 25)
  const [euro] = await get<Sectors>('/market/sectors?vs_currency=eur')
  near(euro?.total_market_cap, 2640)
  assert.equal(euro?.avg_change_24h, null, 'no rate a day ago')
  assert.deepEqual(await get('/coins/categories'), ['coin', 'stablecoin', 'staked'])
  const { items } = await get<CoinList>('/coins?category=staked')
  assert.deepEqual(
    items.map(({ coingecko_id }) => coingecko_id),
    ['steth'],
  )
})

test('sentiment is the weighted sum of its parts, newest first, and null without closes', async () => {
  const found = await get<Sentiment>('/market/sentiment?days=5')
  assert.deepEqual([found.as_of, found.coins, found.history.length], [last, 6, 5])
  assert.deepEqual(
    found.parts.map(({ name }) => name),
    sentimentParts.map(({ name }) => name),
  )
  const value = Math.round(found.parts.reduce((sum, { weight, score }) => sum + weight * score, 0))
  assert.deepEqual([found.value, found.history[0]?.value, found.history[0]?.date], [value, value, last])
  assert.equal(found.history[0]?.timestamp, new Date(Date.parse(last) + dayMs).toISOString())
  const long = await get<Sentiment>('/market/sentiment?days=90')
  assert.ok(long.history.length < 40, 'a day needs 72 returns before it')
  await database.pool.query('delete from fact_daily_ohlcv where coin_id in (1, 2) and date > current_date - 8')
  await database.pool.query("update dim_coin set kind = 'wrapped' where id = 3")
  const fresh = await createApi(database.db)
  const none = (await fresh.inject('/api/v1/market/sentiment')).json<Sentiment>()
  await fresh.close()
  assert.deepEqual([none.value, none.value_classification, none.parts], [null, null, []])
})

test('the volatility of a coin has an entry per period', async () => {
  const { symbol, entries } = await get<VolatilityHistory>('/analytics/volatility/bitcoin/history')
  const ranking = await get<VolatilityRanking>('/analytics/volatility?period_days=90')
  assert.deepEqual([symbol, entries.map(({ period_days }) => period_days)], ['bit', [7, 30, 90, 180, 365]])
  const of = ranking.find(({ coingecko_id }) => coingecko_id === 'bitcoin')
  assert.equal(entries[2]?.volatility, of?.volatility)
  assert.equal(entries[2]?.sharpe_ratio, of?.sharpe_ratio)
  assert.equal((await app.inject('/api/v1/analytics/volatility/nobody/history')).statusCode, 404)
})
