import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overlap } from './scatter-labels.ts'
import { listSharpeLines, placeNumbers, toCorners } from './scatter-lines.ts'

const shown = (low: number, high: number, vertical: 'return' | 'sharpe') =>
  listSharpeLines({ y: { low, high, ticks: [] }, vertical }).map(({ ratio, to }) => [ratio, to.left, to.top])

test('draws horizontal Sharpe lines, and none for the return axis', () => {
  assert.deepEqual(shown(-1, 1, 'return'), [])
  assert.deepEqual(shown(-2, 2, 'sharpe'), [
    [1, 100, 25],
    [0.5, 100, 37.5],
    [-0.5, 100, 62.5],
  ])
})

test('leaves out lines that are too close together', () => {
  assert.deepEqual(shown(-15, 20, 'sharpe'), [])
  assert.deepEqual(
    shown(-5, 6, 'sharpe').map(([ratio]) => ratio),
    [1],
  )
})

test('places the numbers in the plot without overlaps', () => {
  const frame = { width: 300, height: 400 }
  for (const high of [0.2, 0.6, 1, 1.1, 1.3, 2, 4, 9]) {
    const lines = listSharpeLines({ y: { low: -high / 2, high, ticks: [] }, vertical: 'sharpe' })
    const numbers = placeNumbers(lines, frame)
    for (const { left, top, right, bottom } of numbers)
      assert.ok(left >= 0 && top >= 0 && right <= frame.width && bottom <= frame.height)
    const boxes = [...toCorners(frame), ...numbers]
    for (const [index, box] of boxes.entries())
      assert.ok(!boxes.slice(index + 1).some((other) => overlap(box, other)), `up to ${high}`)
  }
})
