import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Coin } from '../../../contract/coins.ts'
import type { MarketOverview, Mover } from '../../../contract/market.ts'
import { toLiveTotals } from './live-totals.ts'
import { rankMovers } from './rank-movers.ts'

const toCoin = (coingecko_id: string, market_cap: number, pct: number): Coin =>
  ({
    coingecko_id,
    market_cap,
    stale_reason: null,
    price_usd: 100,
    price_change_24h_pct: pct,
    reference_price_24h: 100 / (1 + pct / 100),
  }) as Coin

const coins = [toCoin('bitcoin', 600, 25), toCoin('ethereum', 300, -20), toCoin('dogecoin', 50, 0)]
const overview = {
  active_coins: 4,
  total_market_cap: 1000,
  market_cap_change_24h_pct: 5.4321,
  btc_dominance: 60,
  btc_dominance_change_24h: 1,
  eth_dominance: 30,
  eth_dominance_change_24h: null,
  advancing: 1,
  declining: 2,
  total_volume_24h: 77,
} as MarketOverview

const at =
  (prices: Record<string, number>) =>
  ({ coingecko_id, price_usd }: { coingecko_id: string; price_usd: number | null }) =>
    prices[coingecko_id] ?? price_usd

test('keeps the totals of the overview while no live price differs', () => {
  const totals = toLiveTotals(overview, coins, at({}))
  assert.equal(totals.market_cap_change_24h_pct, 5.4321)
  assert.deepEqual({ ...overview, ...totals }, overview)
})

test('moves the total, the shares and their changes with a live price', () => {
  const { total_market_cap, market_cap_change_24h_pct, ...shares } = toLiveTotals(overview, coins, at({ bitcoin: 110 }))
  assert.equal(Math.round(total_market_cap), 1060)
  assert.equal(market_cap_change_24h_pct, Number(((1.054321 * 1.06 - 1) * 100).toFixed(2)))
  assert.equal(shares.btc_dominance, Number(((660 / 1060) * 100).toFixed(2)))
  assert.equal(shares.eth_dominance, Number(((300 / 1060) * 100).toFixed(2)))
  assert.equal(shares.btc_dominance_change_24h, Number((1 + (660 / 1060) * 100 - 60).toFixed(2)))
  assert.equal(shares.eth_dominance_change_24h, null, 'an unknown change stays unknown')
})

test('counts a coin whose change turns negative as a decliner', () => {
  const { advancing, declining } = toLiveTotals(overview, coins, at({ bitcoin: 79, dogecoin: 101 }))
  assert.deepEqual([advancing, declining], [1, 3])
  const level = toLiveTotals(overview, coins, at({ ethereum: 125 }))
  assert.deepEqual([level.advancing, level.declining], [1, 1], 'an unchanged price counts as neither')
})

test('ignores missing coins, which are in no total', () => {
  const missing = coins.map((coin): Coin => ({ ...coin, stale_reason: 'missing' }))
  assert.deepEqual({ ...overview, ...toLiveTotals(overview, missing, at({ bitcoin: 200 })) }, overview)
})

test('accepts a coin without a market cap, and an empty market', () => {
  const coin = { ...toCoin('bitcoin', 0, 1), market_cap: null }
  assert.equal(toLiveTotals(overview, [coin], at({ bitcoin: 200 })).total_market_cap, 1000)
  assert.equal(toLiveTotals({ ...overview, total_market_cap: 0 }, coins, at({ bitcoin: 200 })).total_market_cap, 0)
})

test('sorts movers by live change, and drops one with the other sign', () => {
  const movers = [50, 25, 10].map((pct, index) => ({ ...toCoin(`coin-${index}`, 1, pct), id: index }) as Mover)
  assert.deepEqual(rankMovers(movers, 'up', at({})), [0, 1, 2])
  assert.deepEqual(rankMovers(movers, 'up', at({ 'coin-2': 150 })), [2, 0, 1])
  assert.deepEqual(rankMovers(movers, 'up', at({ 'coin-0': 60 })), [1, 2])
  const losers = [-50, -25].map((pct, index) => ({ ...toCoin(`coin-${index}`, 1, pct), id: index }) as Mover)
  assert.deepEqual(rankMovers(losers, 'down', at({ 'coin-1': 50 })), [1, 0])
})
