import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { layOutDots, toAxis, toMedian, toRadius } from './scatter-layout.ts'

const frame = { width: 375, height: 430 }

test('includes zero and every value in the axis', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1, max: 2.5, noNaN: true }), { minLength: 1 }), (values) => {
      const signed = values.map((value, index) => (index % 2 === 0 ? value : -value))
      const { low, high, ticks } = toAxis(signed)
      assert.ok(low <= 0 && high >= 0)
      for (const value of signed) assert.ok(value >= low && value <= high)
      for (const tick of ticks) assert.ok(tick >= low && tick <= high)
    }),
  )
  assert.ok(toAxis([]).high > 0)
  assert.ok(toAxis([0, 0]).high > 0)
})

test('draws an outlier at the edge, and marks it', () => {
  const xs = [...Array.from({ length: 19 }, (_, index) => 0.5 + index / 50), 40]
  const x = toAxis(xs)
  assert.ok(x.high < 3)
  const points = xs.map((value, id) => ({ id, text: `C${id}`, x: value, y: 0.1, size: 1 }))
  const dots = layOutDots(points, { x, y: toAxis([0.1]), frame, taken: [] })
  const beyond = dots.filter((dot) => dot.beyond !== null)
  assert.deepEqual(
    beyond.map((dot) => [dot.id, dot.left, dot.beyond]),
    [[19, 100, 'right']],
  )
})

test('makes areas linear in market cap, from a minimum', () => {
  const radius = toRadius(1e12)
  const area = (size: number | null) => Math.PI * radius(size) ** 2
  assert.ok(Math.abs(area(5e11) - (area(0) + area(1e12)) / 2) < 1e-9)
  assert.equal(area(null), area(0))
  assert.ok(radius(0) > 3)
  assert.ok(Number.isFinite(toRadius(0)(null)))
})

test('draws smaller coins on top', () => {
  const axis = toAxis([1])
  const points = [1, 9, 5].map((size, id) => ({ id, text: 'A', x: 0.5, y: 0.5, size }))
  const dots = layOutDots(points, { x: axis, y: axis, frame, taken: [] })
  assert.deepEqual(
    dots.map(({ id }) => id),
    [1, 2, 0],
  )
})

test('takes the mean of the two middle values as the median', () => {
  assert.equal(toMedian([3, 1, 2, 10]), 2.5)
  assert.equal(toMedian([3, 1, 2]), 2)
  assert.equal(toMedian([]), null)
})
