import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { CoinHistory, CoinOhlcvIn, Sparklines } from '../../contract/charts.ts'
import type { CoinDetail, CoinList } from '../../contract/coins.ts'
import { type CurrencyList, maxRateAgeMs } from '../../contract/currencies.ts'
import type { MarketHistoryIn, MarketOverviewIn } from '../../contract/market.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import type { ExchangeRate } from '../exchange-rates.ts'
import { findUsdRate } from '../warehouse/currencies.ts'

/** The newest full hour, so that the facts are points of the market history. */
const newest = Math.floor(Date.now() / hourMs) * hourMs
const times = [newest - 2 * dayMs, newest - dayMs, newest]
const toInstant = (ms: number): string => new Date(ms).toISOString().replace('.000', '')

/** Without a euro two days ago; a euro for 1.1, then 1.25 US dollars. */
const toRates = (usd: number, eur: number | null): ExchangeRate[] => {
  const rate = { unit: '$', type: 'fiat' as const }
  const dollar = { ...rate, code: 'usd', name: 'US Dollar', units_per_btc: usd }
  return eur === null ? [dollar] : [dollar, { ...rate, code: 'eur', name: 'Euro', unit: '€', units_per_btc: usd / eur }]
}
const market = [
  { bitcoin: 20_000, small: 9, rates: toRates(20_000, null) },
  { bitcoin: 40_000, small: 10, rates: toRates(40_000, 1.1) },
  { bitcoin: 50_000, small: 11, rates: toRates(50_000, 1.25) },
]

let database: TestDatabase
let app: FastifyInstance
let fetched = 0

async function ingest(at: number, { bitcoin, small, rates }: (typeof market)[number]): Promise<void> {
  const fields = { market_cap: 1000, volume: 50, source_updated_at: toInstant(at) }
  const snapshots = [
    toSnapshot('bitcoin', { ...fields, price_usd: bitcoin, price_change_24h_pct: 25 }),
    toSnapshot('small', {
      ...fields,
      ...{ price_usd: small, price_change_24h_pct: 10, price_change_1h_pct: 1, price_change_7d_pct: 50 },
      ...{ market_cap_rank: 2, ath: 20, ath_date: toInstant(newest - dayMs), atl: 1, atl_date: toInstant(0) },
    }),
  ]
  const options = toJobOptions(
    database,
    {
      fetchSnapshots: async () => ({ source: 'test', snapshots, rejected: [] }),
      fetchRates: async () => {
        fetched += 1
        return rates
      },
    },
    { clock: { ...systemClock, now: () => at } },
  )
  assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
}

before(async () => {
  database = await createTestDatabase()
  for (const [index, at] of times.entries()) if (market[index]) await ingest(at, market[index])
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async <T>(path: string): Promise<T> => (await app.inject(`/api/v1${path}`)).json()
const near = (actual: number | null | undefined, expected: number) =>
  assert.ok(actual != null && Math.abs(actual - expected) < 1e-9 * Math.abs(expected) + 1e-9, `${actual} ${expected}`)

test('rates are fetched once an hour, and a rate is the latest up to 24 h before the moment', async () => {
  assert.equal(fetched, 3)
  await ingest(newest + 59 * 60_000, { bitcoin: 50_000, small: 11, rates: [] })
  assert.equal(fetched, 3)
  await database.pool.query('delete from fact_market_data where timestamp > $1', [new Date(newest)])
  await database.pool.query('update latest_market_data set timestamp = $1', [new Date(newest)])
  await database.pool.query('refresh materialized view mv_latest_market_data')
  const rateAt = async (code: string, at: number) => (await findUsdRate(database.db, code, at))?.usd_rate
  assert.equal(await rateAt('eur', newest - dayMs - 1), undefined, 'before the first')
  near(await rateAt('eur', newest - 1), 1.1)
  near(await rateAt('eur', newest + maxRateAgeMs), 1.25)
  assert.equal(await rateAt('eur', newest + maxRateAgeMs + 1), undefined, 'too old')
  assert.equal(await rateAt('btc', newest - 1), 40_000)
  assert.equal(await rateAt('usd', newest), 1)
  assert.equal(await rateAt('eth', newest), undefined, 'no such coin')
  const listed = await get<CurrencyList>('/currencies')
  assert.deepEqual(
    listed.map(({ code, usd_rate }) => [code, usd_rate]),
    [
      ['btc', 50_000],
      ['eth', null],
      ['eur', 1.25],
      ['usd', 1],
    ],
  )
  const changes = listed.map(({ usd_rate_change_24h_pct: day, usd_rate_change_7d_pct: week }) => [day, week])
  assert.deepEqual(
    [changes[0], changes[1], changes[3]],
    [
      [25, null],
      [null, null],
      [0, 0],
    ],
  )
  near(changes[2]?.[0], (1.25 / 1.1 - 1) * 100)
})

const paths = [
  '/coins?sort_by=name',
  '/coins/small',
  '/coins/small/history?days=30',
  '/coins/small/ohlcv?interval=1d',
  '/coins/small/ohlcv?interval=1h',
  '/coins/sparklines?ids=small',
  '/market/overview',
  '/market/history?days=7',
]
const toUrl = (path: string, currency: string) =>
  `/api/v1${path}${path.includes('?') ? '&' : '?'}vs_currency=${currency}`

test('each amount is in US dollars by default, and an unknown currency is refused with the known ones', async () => {
  for (const path of paths) {
    const usual = await app.inject(`/api/v1${path}`)
    assert.equal(usual.statusCode, 200, path)
    assert.equal((await app.inject(toUrl(path, 'USD'))).body, usual.body, path)
    assert.doesNotMatch(usual.body, /"(price|currency)":/, path)
    assert.notEqual((await app.inject(toUrl(path, 'eth'))).body, usual.body, 'the cache tells currencies apart')
    const unknown = await app.inject(toUrl(path, 'xyz'))
    assert.equal(unknown.statusCode, 422, path)
    assert.match(unknown.json().detail, /vs_currency must be one of btc, eth, eur, usd/)
  }
  assert.equal((await app.inject(toUrl('/coins', '$'))).statusCode, 422)
})

test('a coin has its own changes in the currency where both rates are known', async () => {
  const { items, currency } = await get<CoinList>('/coins?vs_currency=eur')
  assert.deepEqual(currency, {
    code: 'eur',
    usd_rate: 1.25,
    rate_at: toInstant(newest),
    change_currency: { '1h': 'eur', '24h': 'eur', '7d': 'usd', '30d': 'usd', '1y': 'usd' },
  })
  const small = items.find(({ coingecko_id }) => coingecko_id === 'small')
  assert.equal(small?.price_usd, 11)
  near(small?.price, 8.8)
  near(small?.market_cap, 800)
  near(small?.total_volume, 40)
  const day = (1.1 / (1.25 / 1.1) - 1) * 100
  near(small?.price_change_24h_pct, day)
  near(small?.reference_price_24h, 8.8 / (1 + day / 100))
  assert.equal(small?.price_change_7d_pct, 50, 'a change of US dollars')
  const detail = await get<CoinDetail>('/coins/small?vs_currency=eur')
  near(detail.price, 8.8)
  near(detail.ath, 20 / 1.1)
  near(detail.ath_change_pct, (8.8 / (20 / 1.1) - 1) * 100)
  assert.deepEqual([detail.atl, detail.atl_change_pct], [null, null], 'no rate in 1970')
})

test('bitcoin is worth 1 BTC and never changes', async () => {
  const detail = await get<CoinDetail>('/coins/bitcoin?vs_currency=btc')
  assert.deepEqual([detail.price, detail.price_change_24h_pct, detail.currency?.usd_rate], [1, 0, 50_000])
  const { prices } = await get<CoinHistory>('/coins/bitcoin/history?vs_currency=btc')
  assert.deepEqual([...new Set(prices.map(({ price }) => price))], [1])
})

test('the overview counts who rose in the currency', async () => {
  const usual = await get<MarketOverviewIn>('/market/overview')
  assert.deepEqual([usual.advancing, usual.declining, usual.top_losers.length], [2, 0, 0])
  const { advancing, declining, top_losers, total_market_cap, currency } = await get<MarketOverviewIn>(
    '/market/overview?vs_currency=eur',
  )
  assert.deepEqual([advancing, declining, currency?.code], [1, 1, 'eur'])
  near(total_market_cap, 1600)
  assert.deepEqual(
    top_losers.map(({ coingecko_id }) => coingecko_id),
    ['small'],
  )
  near(top_losers[0]?.price, 8.8)
  const without = await get<MarketOverviewIn>('/market/overview?vs_currency=eth')
  assert.deepEqual([without.total_market_cap, without.currency?.usd_rate, without.advancing], [null, null, 2])
})

test('points of a history have the rate of their time, and null without one', async () => {
  const { prices, currency } = await get<CoinHistory>('/coins/small/history?days=3&vs_currency=eur')
  assert.deepEqual(
    prices.map(({ price_usd }) => price_usd),
    [9, 10, 11],
  )
  assert.equal(prices[0]?.price, null)
  near(prices[1]?.price, 10 / 1.1)
  near(prices[2]?.price, 8.8)
  assert.equal(currency?.rate_at, toInstant(newest))
  const { points } = await get<MarketHistoryIn>('/market/history?days=3&vs_currency=eur')
  near(points.at(-1)?.market_cap, 1600)
  const [{ prices: sparkline = [] } = {}] = await get<Sparklines>('/coins/sparklines?ids=small&vs_currency=eur')
  near(sparkline.at(-1), 8.8)
  const { candles, in_progress } = await get<CoinOhlcvIn>('/coins/small/ohlcv?vs_currency=eur')
  const today = [...candles, ...in_progress].at(-1)
  near(today?.close, 8.8)
})
