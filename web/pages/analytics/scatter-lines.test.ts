import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listSharpeLines, toLineLabel } from './scatter-lines.ts'

const x = { low: 0, high: 1, ticks: [] }
const shown = (low: number, high: number, vertical: 'return' | 'sharpe') =>
  listSharpeLines({ x, y: { low, high, ticks: [] }, vertical }).map(({ ratio, to }) => [ratio, to.left, to.top])

test('lines of equal Sharpe are rays under return, and level under the ratio itself', () => {
  assert.deepEqual(shown(-1, 1, 'return'), [
    [1, 100, 0],
    [0.5, 100, 25],
    [-0.5, 100, 75],
  ])
  assert.deepEqual(shown(-2, 2, 'sharpe'), [
    [1, 100, 25],
    [0.5, 100, 37.5],
    [-0.5, 100, 62.5],
  ])
})

test('lines whose numbers would cover each other, or the line of 0, are left out', () => {
  assert.deepEqual(shown(-15, 20, 'sharpe'), [])
  assert.deepEqual(
    shown(-5, 8, 'return').map(([ratio]) => ratio),
    [1],
  )
})

test('the number of a line lies in the plot', () => {
  for (const line of listSharpeLines({ x, y: { low: -1, high: 1, ticks: [] }, vertical: 'return' })) {
    const { left, top, right, bottom } = toLineLabel(line, { width: 300, height: 400 })
    assert.ok(left >= 0 && top >= 0 && right <= 300 && bottom <= 400)
  }
})
