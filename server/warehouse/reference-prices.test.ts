import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toReferencePrice, toReferencePrices } from './reference-prices.ts'

test('the reference price is the price before the change', () => {
  assert.equal(toReferencePrice(110, 10), 110 / 1.1)
  assert.equal(toReferencePrice(50, -50), 100)
  assert.equal(toReferencePrice(5, 0), 5)
  assert.deepEqual(
    toReferencePrices({
      price_usd: 30,
      price_change_1h_pct: 50,
      price_change_24h_pct: null,
      price_change_7d_pct: -25,
      price_change_30d_pct: 200,
      price_change_1y_pct: null,
    }),
    {
      reference_price_1h: 20,
      reference_price_24h: null,
      reference_price_7d: 40,
      reference_price_30d: 10,
      reference_price_1y: null,
    },
  )
})

test('is null when no positive, finite price fits', () => {
  const cases: [number | null, number | null][] = [
    [null, 5],
    [5, null],
    [5, -100],
    [5, -100.5],
    [1e-18, 1.7e308],
    [Number.POSITIVE_INFINITY, 5],
    [5, Number.NaN],
  ]
  for (const [price, pct] of cases) assert.equal(toReferencePrice(price, pct), null, `${price} ${pct}`)
  assert.ok((toReferencePrice(5, -99.999) ?? 0) > 400_000, 'just above a total loss there is one')
})
