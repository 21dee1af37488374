import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import Coingecko from '@coingecko/coingecko-typescript'
import type { FastifyInstance } from 'fastify'
import { dayMs, hourMs, minuteMs } from '../contract/time.ts'
import { call, createAccountsApi, signUp } from './accounts.ts'
import { createApi } from './api.ts'
import { deepDays, fillMarket, priceAt } from './coingecko-market.ts'
import { assertShape, shapes } from './coingecko-shapes.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

let database: TestDatabase
let app: FastifyInstance
let sdk: Coingecko

before(async () => {
  database = await createTestDatabase()
  await fillMarket(database)
  app = await createApi(database.db)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  sdk = new Coingecko({ baseURL: `http://127.0.0.1:${port}/api/v3`, demoAPIKey: 'CG-any', maxRetries: 0 })
})
after(async () => {
  await app.close()
  await database.drop()
})

const ask = async (path: string) => {
  const response = await app.inject(`/api/v3${path}`)
  return { status: response.statusCode, body: response.json() }
}

const get = async (path: string) => {
  const { status, body } = await ask(path)
  assert.equal(status, 200, `${path}: ${JSON.stringify(body).slice(0, 300)}`)
  return body
}

test('every body has the fields, types and nulls of the OpenAPI file of CoinGecko', async () => {
  const windows = '1h,24h,7d,14d,30d,200d,1y'
  const questions: [path: string, shape: keyof typeof shapes][] = [
    ['/ping', 'ping'],
    ['/simple/price?ids=bitcoin,tether&vs_currencies=usd', 'simplePrice'],
    ['/simple/supported_vs_currencies', 'texts'],
    ['/coins/list?include_platform=true', 'coinNames'],
    [`/coins/markets?vs_currency=usd&sparkline=true&price_change_percentage=${windows}&locale=de`, 'markets'],
    ['/coins/bitcoin', 'coin'],
    ['/coins/tether?sparkline=true&include_categories_details=true', 'coin'],
    ['/coins/bitcoin/history?date=01-11-2026&localization=false', 'history'],
    ['/coins/bitcoin/market_chart?vs_currency=usd&days=1', 'chart'],
    ['/coins/bitcoin/market_chart?vs_currency=usd&days=30', 'chart'],
    ['/coins/bitcoin/market_chart?vs_currency=usd&days=max&interval=daily', 'chart'],
    ['/coins/bitcoin/market_chart/range?vs_currency=usd&from=2026-10-01&to=2026-10-08', 'chart'],
    ['/coins/bitcoin/ohlc?vs_currency=usd&days=7', 'ohlc'],
    ['/coins/bitcoin/ohlc/range?vs_currency=usd&from=2026-10-01&to=2026-10-08&interval=daily', 'ohlc'],
    ['/search?query=bit', 'search'],
    ['/global', 'global'],
    ['/coins/top_gainers_losers?vs_currency=eur&duration=7d&top_coins=300', 'movers'],
    ['/search/trending', 'trending'],
    ['/coins/categories/list', 'categoryNames'],
    ['/coins/categories?order=name_asc', 'categories'],
    ['/global/market_cap_chart?days=90', 'capChart'],
    ['/exchange_rates', 'rates'],
  ]
  for (const [path, shape] of questions) assertShape(shapes[shape], await get(path), path)
})

test('coins/markets selects, orders, pages and rounds like CoinGecko', async () => {
  const list = async (query: string): Promise<string[]> =>
    (await get(`/coins/markets?vs_currency=USD&${query}`)).map(({ id }: { id: string }) => id)
  assert.deepEqual(await list(''), ['bitcoin', 'ethereum', 'tether', 'wrapped-bitcoin'])
  assert.deepEqual(await list('order=id_desc&per_page=2'), ['wrapped-bitcoin', 'tether'])
  assert.deepEqual(await list('order=volume_asc&per_page=500&page=2'), [])
  assert.deepEqual(await list('per_page=3&page=2'), ['wrapped-bitcoin'])
  assert.deepEqual(await list('ids=tether, nothing,bitcoin&names=Ethereum'), ['bitcoin', 'tether'])
  assert.deepEqual(await list('names=ethereum'), ['ethereum'])
  assert.deepEqual(await list('symbols=BTC'), ['bitcoin'])
  assert.deepEqual(await list('symbols=btc&include_tokens=all'), ['bitcoin', 'wrapped-bitcoin'])
  assert.deepEqual(await list('category=stablecoins&ids=bitcoin'), ['tether'])
  const [rounded] = await get('/coins/markets?vs_currency=usd&ids=bitcoin&precision=2')
  const [full] = await get(
    '/coins/markets?vs_currency=usd&ids=bitcoin&price_change_percentage=30d,1y&x_cg_demo_api_key=CG-any',
  )
  assert.deepEqual([rounded.current_price, full.current_price], [60740.74, 60_000 * 1.0123456789])
  assert.equal('sparkline_in_7d' in full || 'price_change_percentage_7d_in_currency' in full, false)
  const { rows } = await database.pool.query<{ at: number }>(
    'select (extract(epoch from timestamp) * 1000)::float8 as at from latest_market_data limit 1',
  )
  const at = rows[0]?.at ?? 0
  const before = (instant: number) => (full.current_price / priceAt('bitcoin', instant) - 1) * 100
  const expected = [
    before(Math.floor((at - 30 * dayMs) / hourMs) * hourMs),
    before(Math.floor((at - 365 * dayMs) / dayMs) * dayMs),
  ]
  assert.deepEqual(
    [full.price_change_percentage_30d_in_currency, full.price_change_percentage_1y_in_currency].map((pct) =>
      pct.toFixed(9),
    ),
    expected.map((pct) => pct.toFixed(9)),
  )
})

test('simple/price has a key per coin as it was named, and only the figures asked for', async () => {
  const { tether } = await get(
    '/simple/price?ids=tether,nothing&vs_currencies=usd,xyz&include_last_updated_at=true&precision=3',
  )
  assert.deepEqual([Object.keys(tether), tether.usd], [['usd', 'last_updated_at'], 1.012])
  const all = 'include_market_cap=true&include_24hr_vol=true&include_24hr_change=true'
  assert.deepEqual(await get(`/simple/price?symbols=BTC&vs_currencies=usd&${all}`), {
    btc: { usd: 60_000 * 1.0123456789, usd_market_cap: 1e12, usd_24h_vol: 1e10, usd_24h_change: 1 },
  })
  assert.deepEqual(Object.keys(await get('/simple/price?names=Bitcoin&vs_currencies=usd')), ['Bitcoin'])
})

type Pair = [at: number, value: number]

test('every known currency is a target; a figure uses the rate of its moment, or is unknown', async () => {
  const perEuro = 60_000 / 48_000
  assert.deepEqual(await get('/simple/supported_vs_currencies'), ['btc', 'eth', 'eur', 'usd'])
  const [usd] = await get('/coins/markets?vs_currency=usd&ids=bitcoin')
  const [euro] = await get('/coins/markets?vs_currency=EUR&ids=bitcoin')
  const { price_change_percentage_24h: change, ath, ath_date } = euro
  assert.deepEqual([euro.current_price, euro.market_cap, change, ath], [usd.current_price / perEuro, 8e11, null, null])
  assert.equal(ath_date, usd.ath_date)
  const [inBtc] = await get('/coins/markets?vs_currency=btc&ids=bitcoin')
  assert.deepEqual([inBtc.current_price, inBtc.price_change_percentage_24h], [1, 0])
  const { bitcoin } = await get('/simple/price?ids=bitcoin&vs_currencies=usd,eur,btc&include_24hr_change=true')
  assert.deepEqual(bitcoin, {
    ...{ usd: usd.current_price, eur: euro.current_price, btc: 1 },
    ...{ usd_24h_change: 1, eur_24h_change: null, btc_24h_change: 0 },
  })
  const past = await get(
    '/coins/ethereum/market_chart/range?vs_currency=btc&from=2026-10-10&to=2026-10-11&interval=daily',
  )
  const at = Date.parse('2026-10-10')
  assert.deepEqual(past.prices[0], [at, priceAt('ethereum', at) / priceAt('bitcoin', at)])
  assert.deepEqual((await get('/coins/bitcoin/ohlc?vs_currency=eur&days=30')).length, 1)
  const { rates } = await get('/exchange_rates')
  assert.deepEqual(rates.eur, { name: 'Euro', unit: '€', value: 48_000, type: 'fiat' })
})

test('charts have 5-minute, hourly or daily points by range, beyond 365 days', async () => {
  const now = Date.now()
  const chart = async (id: string, query: string): Promise<Pair[]> =>
    (await get(`/coins/${id}/market_chart${query}`)).prices
  const steps = (prices: Pair[]) => prices.slice(1).map(([at], index) => at - (prices[index]?.[0] ?? 0))
  const [fine, hours] = [
    await chart('bitcoin', '?vs_currency=usd&days=1'),
    await chart('bitcoin', '?vs_currency=usd&days=90'),
  ]
  assert.ok(fine.length >= 285 && steps(fine).every((step) => step === 5 * minuteMs), `${fine.length}`)
  assert.ok(
    hours.length >= 2150 &&
      steps(hours)
        .slice(0, -1)
        .every((step) => step === hourMs),
    `${hours.length}`,
  )
  for (const [days, expected] of [
    ['91', 91],
    ['max', deepDays],
  ] as const) {
    const prices = await chart('bitcoin', `?vs_currency=usd&days=${days}`)
    const daily = prices.slice(0, -1)
    assert.ok(Math.abs(daily.length - expected) <= 1, `${days}: ${daily.length}`)
    for (const [at, price] of daily) assert.deepEqual([at % dayMs, price], [0, priceAt('bitcoin', at)])
    assert.ok(now - (prices.at(-1)?.[0] ?? 0) < 20 * minuteMs, 'the newest observation is last')
  }
  const [from, to] = [now - 380 * dayMs, now - 370 * dayMs].map((at) => Math.floor(at / 1000))
  const past = await chart('bitcoin', `/range?vs_currency=usd&from=${from}.5&to=${to}&interval=daily`)
  assert.equal(past.length, 10)
})

test('a daily point at 00:00 of D is the close of D-1, also where only candles are left', async () => {
  const day = '2026-10-10'
  const read = async () =>
    (await get(`/coins/ethereum/market_chart/range?vs_currency=usd&from=${day}&to=${day}T12:00&interval=daily`)).prices
  const at = Date.parse(day)
  assert.deepEqual(await read(), [[at, priceAt('ethereum', at)]])
  const { rows } = await database.pool.query<{ close: number }>(
    `select close from fact_daily_ohlcv o join dim_coin c on c.id = o.coin_id
     where coingecko_id = 'ethereum' and date = '2026-10-09'`,
  )
  assert.equal(rows[0]?.close, priceAt('ethereum', at))
  const { market_data } = await get('/coins/ethereum/history?date=10-10-2026')
  assert.equal(market_data.current_price.usd, priceAt('ethereum', at))
  assert.equal('market_data' in (await get('/coins/ethereum/history?date=10-10-2016')), false)
})

test('candles last 30 minutes, 4 hours or 4 days by range; their time is their end', async () => {
  const widths = { 1: 30 * minuteMs, 2: 30 * minuteMs, 7: 4 * hourMs, 30: 4 * hourMs, 90: 4 * dayMs, 365: 4 * dayMs }
  for (const [days, width] of Object.entries(widths)) {
    const candles: number[][] = await get(`/coins/bitcoin/ohlc?vs_currency=usd&days=${days}`)
    assert.ok(Math.abs(candles.length - (Number(days) * dayMs) / width) <= 1.5, `${days} days: ${candles.length}`)
    for (const [at = 0, open = 0, high = 0, low = 0, close = 0] of candles) {
      assert.equal(at % width, 0)
      assert.ok(low <= Math.min(open, close) && high >= Math.max(open, close))
    }
    const [at = 0, open, , , close] = candles.at(-3) ?? []
    assert.deepEqual([open, close], [priceAt('bitcoin', at - width), priceAt('bitcoin', at)], `${days} days`)
  }
})

test('errors have the envelopes of CoinGecko', async () => {
  const is = async (path: string, status: number, error: string) =>
    assert.deepEqual(await ask(path), { status, body: { error } }, path)
  await is('/coins/nothing', 404, 'coin not found')
  await is('/coins/nothing/market_chart?vs_currency=usd&days=1', 404, 'coin not found')
  await is('/coins/markets', 422, 'Missing parameter vs_currency')
  await is('/coins/markets?vs_currency=xyz', 422, 'invalid vs_currency')
  await is('/simple/price?vs_currencies=usd', 422, 'Missing parameter ids')
  await is('/coins/bitcoin/history', 422, 'Missing parameter date')
  await is('/coins/bitcoin/history?date=31-02-2026', 422, 'invalid date: use dd-mm-yyyy')
  for (const path of [
    '/simple/token_price/ethereum?contract_addresses=0x1&vs_currencies=usd',
    '/exchanges',
    '/coins/bitcoin/tickers',
  ]) {
    const { status, body } = await ask(path)
    assert.deepEqual([status, body.status.error_code], [501, 501], path)
  }
  assert.equal((await ask('/nothing')).status, 404)
  assert.match((await ask('/coins/bitcoin/market_chart?vs_currency=usd&days=max&interval=5m')).body.error, /90 days/)
})

test('the official SDK runs unmodified', async () => {
  assert.equal((await sdk.ping.get()).gecko_says, '(V3) To the Moon!')
  assert.equal(
    (await sdk.simple.price.get({ vs_currencies: 'usd', ids: 'bitcoin' })).bitcoin?.usd,
    60_000 * 1.0123456789,
  )
  assert.equal((await sdk.simple.supportedVsCurrencies.get()).length, 4)
  assert.equal((await sdk.coins.list.get({ status: 'active' })).length, 4)
  const [first] = await sdk.coins.markets.get({ vs_currency: 'usd', order: 'market_cap_desc', sparkline: true })
  assert.ok((first?.sparkline_in_7d?.price?.length ?? 0) >= 160)
  assert.equal(
    (await sdk.coins.getID('bitcoin', { tickers: false })).market_data?.current_price?.usd,
    first?.current_price,
  )
  assert.equal((await sdk.coins.history.get('bitcoin', { date: '10-10-2026' })).id, 'bitcoin')
  const usd = { vs_currency: 'usd' }
  assert.ok((await sdk.coins.marketChart.get('bitcoin', { ...usd, days: '30' })).prices.length > 700)
  const range = { ...usd, from: '2026-10-01', to: '2026-10-08' }
  assert.equal((await sdk.coins.marketChart.getRange('bitcoin', { ...range, interval: 'daily' })).prices.length, 8)
  assert.ok((await sdk.coins.ohlc.get('bitcoin', { ...usd, days: '7' })).length >= 41)
  assert.equal((await sdk.coins.ohlc.getRange('bitcoin', { ...range, interval: 'daily' })).length, 7)
  assert.equal((await sdk.search.get({ query: 'tether' })).coins[0]?.symbol, 'USDT')
  assert.equal((await sdk.global.get()).data.active_cryptocurrencies, 4)
  const movers = await sdk.coins.topGainersLosers.get({ vs_currency: 'usd' })
  assert.deepEqual([movers.top_gainers?.length, movers.top_losers], [4, []])
  const trending = await sdk.search.trending.get()
  assert.match(JSON.stringify(trending.coins?.[0]), /not by searches/)
  assert.equal((await sdk.coins.categories.getList()).length, 3)
  assert.deepEqual(
    (await sdk.coins.categories.get()).map(({ market_cap }) => market_cap),
    [3e10, 2e10, 0],
  )
  assert.ok(((await sdk.global.marketCapChart.get({ days: '30' })).market_cap_chart?.market_cap?.length ?? 0) > 700)
  assert.ok((await sdk.exchangeRates.get()).rates)
  await assert.rejects(sdk.key.get(), (error) => error instanceof Coingecko.APIError && error.status === 501)
  await assert.rejects(sdk.coins.getID('nothing'), (error) => error instanceof Coingecko.NotFoundError)
})

test('a key of CoinGecko is an API key of this server, and is ignored while reads are open', async (t) => {
  const closed = await createAccountsApi(database, {}, { apiAccess: 'keys' })
  t.after(() => closed.close())
  const ada = await signUp(closed)
  const created = await call(closed, 'POST /auth/keys', { as: ada, body: { name: 'Ghostfolio', scopes: ['read'] } })
  const { key } = created.body as never as { key: string }
  const read = async (path: string, headers = {}) =>
    (await closed.inject({ url: `/api/v3${path}`, headers, remoteAddress: '203.0.113.7' })).json()
  const refused = await read('/coins/list')
  assert.equal(refused.status.error_code, 401)
  assert.equal((await read('/coins/list', { 'x-cg-demo-api-key': key })).length, 4)
  assert.equal((await read(`/coins/list?x_cg_pro_api_key=${key}`)).length, 4)
  assert.equal((await get('/coins/list?x_cg_demo_api_key=CG-any')).length, 4)
})
