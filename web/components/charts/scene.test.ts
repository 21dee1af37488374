import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBar, toCandleSlots } from './bars.ts'
import { toAxis } from './scene.ts'

const slots = toCandleSlots(
  [40, 50, 75].map((close, index) =>
    toBar({ open: close, high: close, low: close, close, volume: null, samples: 2, change_pct: null }, index * 60_000),
  ),
  60_000,
)

test('the percent axis starts at the first close of the range, each coin at its own', () => {
  const { toValue, toPrice } = toAxis({ scale: 'percent', first: 1, slots })
  assert.deepEqual([toValue(50), toValue(75), toPrice(50)], [0, 50, 75])
  assert.equal(toAxis({ scale: 'percent', first: 1, slots }, [1, null, 4]).toValue(5), 25)
  assert.equal(toAxis({ scale: 'indexed', first: 1, slots }).toValue(75), 150)
  assert.equal(toAxis({ scale: 'log', first: 1, slots }).toValue(75), 75)
})
