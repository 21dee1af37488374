import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Listing } from './listing.ts'
import { Market } from './model.ts'

const noon = Date.parse('2026-11-24T12:00:00Z') / 1000
const day = 86_400
const market = new Market(1, 600)
const query = {
  ids: null,
  order: 'market_cap_desc',
  perPage: 250,
  page: 1,
  changes: ['1h', '24h', '7d', '1y'],
  sparkline: false,
}

const dailyReturns = (id: string, days = 1500): number[] => {
  const coin = market.findCoin(id)
  assert.ok(coin)
  const prices = Array.from(
    { length: days + 1 },
    (_, back) => market.priceAt(coin, noon - back * day) ?? Number.NaN,
  ).reverse()
  return prices.slice(1).map((price, index) => Math.log(price / (prices[index] ?? price)))
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const moment = (values: number[], power: number) => mean(values.map((value) => (value - mean(values)) ** power))
const correlation = (a: number[], b: number[]) =>
  mean(a.map((value, index) => (value - mean(a)) * ((b[index] ?? 0) - mean(b)))) /
  Math.sqrt(moment(a, 2) * moment(b, 2))

test('a price depends only on seed, coin and time, not on earlier calls or the number of coins', () => {
  const [small, other] = [new Market(1, 70), new Market(2, 70)]
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 69 }),
      fc.integer({ min: noon - 2000 * day, max: noon + 300 * day }),
      (index, second) => {
        const coin = market.coins[index]
        const same = small.coins[index]
        assert.ok(coin && same)
        assert.equal(market.priceAt(coin, second), small.priceAt(same, second))
      },
    ),
  )
  const of = (from: Market) => from.coins.slice(0, 5).map((coin) => from.priceAt(coin, noon))
  assert.notDeepEqual(of(other), of(small))
})

test('stablecoins hold their peg, and wrapped coins follow their base', () => {
  const [tether, bitcoin, wrapped] = ['tether', 'bitcoin', 'wrapped-bitcoin'].map((id) => market.findCoin(id))
  assert.ok(tether && bitcoin && wrapped)
  for (let hour = 0; hour < 5000; hour += 1) {
    const at = noon - hour * 3600
    assert.ok(Math.abs((market.priceAt(tether, at) ?? 0) - 1) < 0.003)
    assert.ok(Math.abs((market.priceAt(wrapped, at) ?? 0) / (market.priceAt(bitcoin, at) ?? 1) - 1) < 0.003)
  }
})

test('returns are correlated, have realistic volatility and fat tails', () => {
  const [bitcoin, ethereum] = [dailyReturns('bitcoin'), dailyReturns('ethereum')]
  assert.ok(correlation(bitcoin, ethereum) > 0.3 && correlation(bitcoin, ethereum) < 0.98)
  const annual = Math.sqrt(moment(bitcoin, 2) * 365)
  assert.ok(annual > 0.3 && annual < 1.2, String(annual))
  assert.ok(moment(bitcoin, 4) / moment(bitcoin, 2) ** 2 > 3.5)
})

test('a page has ranks, consistent values, and nulls like CoinGecko', () => {
  const rows = [1, 2, 3].flatMap((page) => new Listing(market).listPage(noon, { ...query, page })) as Record<
    string,
    number & string
  >[]
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length)
  const ranked = rows.filter((row) => row.market_cap_rank !== null)
  assert.deepEqual(
    ranked.map((row) => row.market_cap_rank),
    ranked.map((_, index) => index + 1),
  )
  for (const row of rows.filter(({ current_price }) => current_price !== null)) {
    const { low_24h = 0, high_24h = 0, ath = 0, atl = 0, current_price = 0 } = row
    assert.ok(low_24h <= current_price && current_price <= high_24h && atl <= low_24h && high_24h <= ath, row.id)
  }
  const share = (field: string) => rows.filter((row) => row[field] === null).length / rows.length
  assert.ok(share('max_supply') > 0.3 && share('max_supply') < 0.7)
  assert.ok(share('market_cap_rank') > 0 && share('current_price') > 0)
  assert.ok(share('price_change_percentage_1y_in_currency') > share('price_change_percentage_24h'))
  const prices = rows.map((row) => row.current_price ?? Number.NaN).filter((price) => price > 0)
  assert.ok(Math.min(...prices) < 1e-6 && Math.max(...prices) > 10_000)
})

test('circulating supply is within total and maximum supply, and Bitcoin has its real maximum', () => {
  for (const { id, circulating_supply, total_supply, max_supply } of market.coins) {
    const total = total_supply ?? circulating_supply
    assert.ok(circulating_supply <= total && total <= (max_supply ?? total), id)
  }
  assert.equal(market.findCoin('bitcoin')?.max_supply, 21_000_000)
})

test('the 24h range includes every price, volume changes slowly, and all-time extremes are before 2025', () => {
  const listing = new Listing(market)
  for (const row of listing.listPage(noon + 170, query).slice(0, 60)) {
    const coin = market.findCoin(String(row.id))
    assert.ok(coin)
    for (let tick = noon - day + 600; tick <= noon; tick += 600) {
      const price = market.priceAt(coin, tick)
      assert.ok(price === null || (Number(row.low_24h) <= price && price <= Number(row.high_24h)), `${row.id} ${tick}`)
    }
    const turnover = (second: number) => Number(market.volumeAt(coin, second)) / Number(market.priceAt(coin, second))
    assert.ok(Math.abs(turnover(noon) / turnover(noon - 600) - 1) < 0.02, coin.id)
    for (const date of [row.ath_date, row.atl_date])
      assert.ok(
        Date.parse(String(date)) / 1000 <= Math.max(coin.born, Date.UTC(2025, 0, 1) / 1000),
        `${row.id} ${date}`,
      )
  }
})

test('supports 20,000 coins', () => {
  const large = new Market(1, 20_000)
  assert.equal(new Set(large.coins.map(({ id }) => id)).size, 20_000)
  assert.equal(new Listing(large).listPage(noon, { ...query, page: 78 }).length, 250)
})
