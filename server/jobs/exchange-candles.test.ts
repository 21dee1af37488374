import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { dayMs, hourMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { createFakeExchange, type FakeMarket, type Series, toCandle } from '../../test/exchange-candles.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import type { ExchangeInterval } from '../exchange-candles.ts'
import type { JobDeps } from './job.ts'

const start = Date.parse('2026-11-24T10:00:30Z')
const listedAt = start - 40 * dayMs

/** A pause of trading, to keep the minutes of the last week few. */
const isPaused = (at: number, interval: ExchangeInterval) =>
  interval === '1m' && at >= start - 7 * dayMs + 2 * hourMs && at < start - 2 * hourMs

/** A market of one price that was listed 40 days ago. */
const steady =
  (price: number): Series =>
  (at, interval) =>
    at < listedAt || isPaused(at, interval) ? null : toCandle(at, price)

const toMarket = (coin: string, symbol: string, series: Series): FakeMarket => ({
  coin,
  symbol,
  quote: symbol.endsWith('USDT') ? 'USDT' : 'USD',
  series,
})

/** Coins with their prices, tether at 0.5 dollars, and two exchanges. */
async function open(t: TestContext, prices: Record<string, number>, markets: FakeMarket[], others: FakeMarket[] = []) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const state = { now: start }
  const clock = { ...systemClock, now: () => state.now, sleep: async () => undefined }
  const coins = { ...prices, tether: 0.5 }
  const snapshots = Object.entries(coins).map(([id, price_usd], index) =>
    toSnapshot(id, { price_usd, market_cap_rank: index + 1 }),
  )
  const fetchSnapshots = async () => ({ source: 'test', snapshots, rejected: [] })
  const exchange = createFakeExchange('binance', markets, clock.now)
  const tether = toMarket('tether', 'USDT/USD', steady(0.5))
  const other = createFakeExchange('coinbase', [...others, tether], clock.now)
  const options = toJobOptions(database, { fetchSnapshots }, { clock, candles: [exchange, other] })
  const run = (deps: Partial<JobDeps> = {}, job: 'exchange_candles' | 'ingest_market_data' = 'exchange_candles') =>
    runJob({ ...options, ...deps }, job)
  await run({}, 'ingest_market_data')
  /** Counts and sums of the shown candles. */
  const list = async () => {
    const { rows } = await database.pool.query(`select coingecko_id || ' ' || exchange || ' ' || interval as key,
      count(*)::int as candles, round(sum(close)::numeric, 3)::float8 as sum from market.exchange_candles
      where coingecko_id <> 'tether' group by 1 order by 1`)
    return Object.fromEntries(rows.map(({ key, candles, sum }) => [key, [candles, sum]]))
  }
  const ask = async (query: string) => (await database.pool.query(query)).rows
  return { ...database, state, exchange, other, run, list, ask }
}

test('fetches all candles back to the listing, a page of days of each coin first, and then only newer ones', async (t) => {
  const { run, list, exchange, state, ...database } = await open(t, { bitcoin: 100, ethereum: 10 }, [
    toMarket('ethereum', 'ETH/USDT', steady(20)),
    toMarket('bitcoin', 'BTC/USDT', steady(200)),
  ])
  const first = await run()
  assert.equal(first.status, 'success')
  assert.deepEqual(exchange.asked.slice(0, 3), ['BTC/USDT 1d', 'ETH/USDT 1d', 'BTC/USDT 1h'])
  // 40 days of hours from 10:01 to 10:00, and minutes since 10:00 of 7 days ago.
  const expected = {
    'bitcoin binance 1d': [39, 3900],
    'bitcoin binance 1h': [959, 95_900],
    'bitcoin binance 1m': [240, 24_000],
    'ethereum binance 1d': [39, 390],
    'ethereum binance 1h': [959, 9590],
    'ethereum binance 1m': [240, 2400],
  }
  assert.deepEqual(await list(), expected)
  assert.deepEqual(first.details?.markets, { coinbase: 1, binance: 2 })
  const again = await run()
  assert.deepEqual([again.status, again.details?.idle], ['skipped', 'no candle is missing'])
  state.now += hourMs
  exchange.asked.length = 0
  const later = await run()
  assert.deepEqual([later.status, later.written], ['success', 3 * 61])
  assert.deepEqual(exchange.asked.sort(), ['BTC/USDT 1h', 'BTC/USDT 1m', 'ETH/USDT 1h', 'ETH/USDT 1m'])
  const stored = await list()
  assert.deepEqual(stored['bitcoin binance 1h'], [960, 96_000])
  const [{ oldest }] = await database.ask(
    `select min(opens_at)::text as oldest from market.exchange_candles where interval = '1m'`,
  )
  assert.equal(oldest, '2026-11-17 11:00:00+00', 'minutes are kept for 7 days')
  await assertInvariants(database)
})

test('continues after a failure in the middle, without repeated or missing candles', async (t) => {
  const { run, list, exchange, other, ...database } = await open(t, { litecoin: 100 }, [
    toMarket('litecoin', 'LTC/USDT', steady(200)),
  ])
  let left = 6
  exchange.fail = () => {
    left -= 1
    return left < 0 ? 'broken' : undefined
  }
  const broken = await run()
  assert.equal(broken.status, 'success')
  assert.match(String(broken.details?.unavailable), /binance is broken/)
  const { 'litecoin binance 1m': minutes } = await list()
  assert.ok((minutes?.[0] ?? 0) < 240, 'the run ended early')
  // While it can't be reached, a stored market is waited for: the other exchange is not used.
  other.markets.push(toMarket('litecoin', 'LTC/USD', steady(100)))
  await run()
  exchange.fail = undefined
  assert.equal((await run()).status, 'success')
  assert.deepEqual(await list(), {
    'litecoin binance 1d': [39, 3900],
    'litecoin binance 1h': [959, 95_900],
    'litecoin binance 1m': [240, 24_000],
  })
  await assertInvariants(database)
})

test('uses the next exchange where the first is blocked, has no market, or has one of another coin', async (t) => {
  const { run, exchange, ask } = await open(
    t,
    { litecoin: 100, ethereum: 10, solana: 5 },
    [toMarket('litecoin', 'LTC/USDT', steady(200)), toMarket('ethereum', 'ETH/USDT', steady(200))],
    [
      toMarket('ethereum', 'ETH/USD', steady(10)),
      toMarket('litecoin', 'LTC/USD', steady(100)),
      toMarket('solana', 'SOL/USD', steady(7)),
    ],
  )
  const { details } = await run()
  const markets = `select exchange, symbol, status from dim_exchange_market where quote = 'USDT' or symbol <> 'USDT/USD' order by id`
  assert.deepEqual((await ask(markets)).map(Object.values), [
    ['binance', 'LTC/USDT', 'accepted'],
    ['binance', 'ETH/USDT', 'refused'],
    ['coinbase', 'ETH/USD', 'accepted'],
    ['coinbase', 'SOL/USD', 'refused'],
  ])
  assert.deepEqual(details?.refused, [
    "binance ETH/USDT: It costs $100, CoinGecko's price of ethereum is $10: more than 5% apart.",
    "coinbase SOL/USD: It costs $7, CoinGecko's price of solana is $5: more than 5% apart.",
  ])
  assert.deepEqual(details?.without_market, ['solana'])
  exchange.fail = () => 'blocked'
  await run()
  assert.deepEqual((await ask(markets)).at(-1), { exchange: 'coinbase', symbol: 'LTC/USD', status: 'accepted' })
})

test('keeps gaps, takes revisions, and leaves out the history of another coin with the same symbol', async (t) => {
  const day = Math.floor(start / dayMs) * dayMs
  const relisted = day - 10 * dayMs
  let revised = 1
  // An earlier coin of the symbol was traded until 18 days before.
  const series: Series = (at, interval) => {
    if (at < relisted) return at < relisted - 18 * dayMs ? toCandle(at, 0.001) : null
    if (at === day - 5 * dayMs) return null
    if (isPaused(at, interval)) return null
    return toCandle(at, 9, interval === '1d' && at === day - dayMs ? { high: 9.5 * revised } : {})
  }
  const { run, ask, state } = await open(t, { bitcoin: 9 }, [], [toMarket('bitcoin', 'BTC/USD', series)])
  await run()
  const days = `select array_agg((opens_at at time zone 'UTC')::date::text order by opens_at) as days, max(high) as high
    from market.exchange_candles where coingecko_id = 'bitcoin' and interval = '1d'`
  const [found] = await ask(days)
  const expected = [14, 15, 16, 17, 18, 20, 21, 22, 23].map((number) => `2026-11-${number}`)
  assert.deepEqual([found?.days, found?.high], [expected, 9.5])
  const [hours] = await ask(
    `select min(opens_at)::text as first from market.exchange_candles where coingecko_id = 'bitcoin' and interval = '1h'`,
  )
  assert.equal(hours?.first, '2026-11-14 00:00:00+00')
  revised = 1.01
  state.now += dayMs
  await run({}, 'ingest_market_data')
  await run()
  const [later] = await ask(days)
  assert.deepEqual([later?.days, later?.high], [[...expected, '2026-11-24'], 9.5 * 1.01])
})

test('converts candles once the rate of their time is known, and shows none before', async (t) => {
  const { run, list, other, ask } = await open(t, { bitcoin: 100 }, [toMarket('bitcoin', 'BTC/USDT', steady(200))])
  other.fail = () => 'unreachable'
  await run()
  // The snapshot has the price of tether at 10:00.
  assert.deepEqual(await list(), { 'bitcoin binance 1h': [1, 100], 'bitcoin binance 1m': [1, 100] })
  const [raw] = await ask(`select sum(unconverted)::int as candles from fact_exchange_ohlcv`)
  assert.equal(raw?.candles, 39 + 958 + 239)
  other.fail = undefined
  assert.equal((await run()).status, 'success')
  assert.deepEqual((await list())['bitcoin binance 1d'], [39, 3900])
})

test('converts the first page of days at once, though that of the quote coin is shorter', async (t) => {
  const { run, exchange, other, list } = await open(t, { bitcoin: 100 }, [toMarket('bitcoin', 'BTC/USDT', steady(200))])
  other.candlesPerCall = 10
  // The run ends after the first page of bitcoin.
  exchange.fail = (query) => (query !== null && query.interval !== '1d' ? 'blocked' : undefined)
  other.fail = (query) => (query !== null && query.interval !== '1d' ? 'blocked' : undefined)
  await run()
  assert.deepEqual(await list(), { 'bitcoin binance 1d': [39, 3900] })
})

test('converts days before the quote currency traded for dollars by the prices of bitcoin in both', async (t) => {
  const { run, list, other } = await open(
    t,
    { bitcoin: 100, ethereum: 10 },
    [toMarket('bitcoin', 'BTC/USDT', steady(200)), toMarket('ethereum', 'ETH/USDT', steady(20))],
    [toMarket('bitcoin', 'BTC/USD', steady(100))],
  )
  const late = start - 10 * dayMs
  other.markets = other.markets.map((market) =>
    market.coin === 'tether' ? { ...market, series: (at) => (at < late ? null : toCandle(at, 0.5)) } : market,
  )
  await run()
  const { 'ethereum binance 1d': days, 'bitcoin coinbase 1d': reference, 'bitcoin coinbase 1h': hours } = await list()
  assert.deepEqual([days, reference, hours], [[39, 390], [39, 3900], undefined])
})

test('refuses a market whose past closes are not those of the coin', async (t) => {
  const half = start - 20 * dayMs
  const series: Series = (at, interval) =>
    at < listedAt || isPaused(at, interval) ? null : toCandle(at, at < half ? 3 : 9)
  const { run, list, ask, pool } = await open(t, { bitcoin: 9 }, [], [toMarket('bitcoin', 'BTC/USD', series)])
  await pool.query(`insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
    select c.id, d::date, 9, 9, 9, 9, (d::date + 1)::timestamp at time zone 'UTC', 1
    from dim_coin c, generate_series(timestamp '2026-10-01', '2026-11-23', '1 day') d where coingecko_id = 'bitcoin'`)
  const { details } = await run()
  assert.match(String(details?.refused), /^coinbase BTC\/USD: 20 of 39 daily closes are more than 5% from CoinGecko's/)
  assert.deepEqual(await list(), {})
  assert.match(String((await run()).details?.refused), /20 of 39/, 'its present price does not make up for it')
  const [market] = await ask(`select status from dim_exchange_market where symbol = 'BTC/USD'`)
  assert.equal(market?.status, 'refused')
})
