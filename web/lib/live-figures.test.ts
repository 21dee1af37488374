import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scaleToPrice, toChange, toDistance } from './live-figures.ts'

const coin = {
  coingecko_id: 'bitcoin',
  price_usd: 110,
  price_change_1h_pct: 0.123456,
  reference_price_1h: 109.86,
  price_change_24h_pct: 10,
  reference_price_24h: 100,
  price_change_7d_pct: null,
  reference_price_7d: null,
}

test('a change is computed from the live and the reference price', () => {
  assert.equal(toChange(coin, '24h', 121), 21)
  assert.equal(toChange(coin, '24h', 99), -1)
  assert.equal(toChange(coin, '1h', 109.86), 0)
})

test("without a new live price the snapshot's figures are unchanged", () => {
  for (const price of [null, 110]) {
    assert.equal(toChange(coin, '1h', price), 0.123456)
    assert.equal(scaleToPrice(1_234_567.89, coin, price), 1_234_567.89)
  }
})

test('a change without a reference price is that of the snapshot', () => {
  assert.equal(toChange(coin, '7d', 121), null)
  assert.equal(toChange({ ...coin, reference_price_24h: null }, '24h', 121), 10)
  assert.equal(toChange({ ...coin, reference_price_24h: 1e-320 }, '24h', 1e12), 10, 'overflow')
})

test('a proportional amount follows the price', () => {
  assert.equal(scaleToPrice(2_200_000, coin, 55), 1_100_000)
  assert.equal(scaleToPrice(null, coin, 121), null)
  assert.equal(scaleToPrice(5, { price_usd: null }, 121), 5)
})

test('the distance from an extreme uses the live price', () => {
  assert.equal(toDistance(200, -45, 150), -25)
  assert.deepEqual(
    [toDistance(null, null, 150), toDistance(200, null, 150), toDistance(200, -45, null)],
    [null, null, -45],
  )
})
