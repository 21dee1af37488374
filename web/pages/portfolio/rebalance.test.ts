import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTarget, sumTargets, toTrade } from './rebalance.ts'

const row = (value: number, price: number | null, target: string) => ({ id: 1, value, price, target })

test('trades bring each coin to its target', () => {
  assert.deepEqual(toTrade(row(3000, 100, '60'), 4000), { weight: 75, difference: 15, amount: -600, quantity: -6 })
  assert.deepEqual(toTrade(row(1000, null, '40'), 4000), { weight: 25, difference: -15, amount: 600, quantity: null })
  assert.deepEqual(toTrade(row(0, 2, ''), 0), { weight: 0, difference: 0, amount: 0, quantity: 0 })
})

test('targets are percentages with a point or a comma, and sum without rounding noise', () => {
  assert.deepEqual(['12.5', '12,5', '', ' 7 ', '101', '-1', 'x'].map(parseTarget), [12.5, 12.5, 0, 7, null, null, null])
  assert.equal(sumTargets([row(1, 1, '33.3'), row(1, 1, '33.3'), row(1, 1, '33.4')]), 100)
  assert.equal(sumTargets([row(1, 1, '50'), row(1, 1, 'half')]), null)
})
