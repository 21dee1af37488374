import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atPrice, toChange, toDistance } from './live-figures.ts'

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

test('a change follows the live price from the reference price of its window', () => {
  assert.equal(toChange(coin, '24h', 121), 21)
  assert.equal(toChange(coin, '24h', 99), -1)
  assert.equal(toChange(coin, '1h', 109.86), 0)
})

test("without a live price, or with that of the snapshot, the snapshot's figures stand to the last digit", () => {
  for (const price of [null, 110]) {
    assert.equal(toChange(coin, '1h', price), 0.123456)
    assert.equal(atPrice(1_234_567.89, coin, price), 1_234_567.89)
  }
})

test('an unknown change stays unknown, and one without a reference stays that of the snapshot', () => {
  assert.equal(toChange(coin, '7d', 121), null)
  assert.equal(toChange({ ...coin, reference_price_24h: null }, '24h', 121), 10)
  assert.equal(toChange({ ...coin, reference_price_24h: 1e-320 }, '24h', 1e12), 10, 'what overflows is not shown')
})

test('an amount that is in proportion to the price follows it', () => {
  assert.equal(atPrice(2_200_000, coin, 55), 1_100_000)
  assert.equal(atPrice(null, coin, 121), null)
  assert.equal(atPrice(5, { price_usd: null }, 121), 5)
})

test('the distance from an extreme is that of the live price', () => {
  assert.equal(toDistance(200, -45, 150), -25)
  assert.deepEqual(
    [toDistance(null, null, 150), toDistance(200, null, 150), toDistance(200, -45, null)],
    [null, null, -45],
  )
})
