import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Box, type Circle, overlap, placeLabels, toLabelBox } from './scatter-labels.ts'

const width = 375
const height = 430
const circle = fc.record({
  x: fc.double({ min: 0, max: width, noNaN: true }),
  y: fc.double({ min: 0, max: height, noNaN: true }),
  radius: fc.double({ min: 3, max: 16, noNaN: true }),
  text: fc.string({ minLength: 2, maxLength: 10 }),
})
const corner: Box = { left: 0, top: 0, right: 130, bottom: 16 }

test('places labels without overlaps', () => {
  fc.assert(
    fc.property(fc.array(circle, { maxLength: 60 }), (circles) => {
      const placed = placeLabels(circles, { width, height, taken: [corner] })
      assert.equal(placed.length, circles.length)
      const boxes = circles.flatMap((each, index) => {
        const side = placed[index] ?? 'none'
        return side === 'none' ? [] : [{ index, box: toLabelBox(each, side) }]
      })
      for (const { index, box } of boxes) {
        assert.ok(box.left >= 0 && box.right <= width && box.top >= 0 && box.bottom <= height)
        assert.ok(!overlap(box, corner))
        assert.ok(!boxes.some((other) => other.index !== index && overlap(other.box, box)))
        for (const [other, { x, y, radius }] of circles.entries())
          assert.ok(
            other === index ||
              !overlap(box, { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }),
          )
      }
    }),
  )
})

test('labels the first circle first, and on the left at the right edge', () => {
  const at = (x: number, y: number, text = 'BTC'): Circle => ({ x, y, radius: 5, text })
  const plot = { width, height, taken: [] }
  assert.deepEqual(placeLabels([at(100, 100), at(368, 100)], plot), ['right', 'left'])
  assert.deepEqual(placeLabels([at(10, 10)], { width: 20, height: 20, taken: [] }), ['none'])
  assert.equal(placeLabels([at(100, 100), at(112, 100, 'ETH')], plot)[0], 'left')
})

test('labels circles at the edge first, over circles or above the plot rather than not at all', () => {
  const plot = { width: 100, height: 100, taken: [{ left: 0, top: 0, right: 100, bottom: 60 }] }
  const near = { x: 50, y: 90, radius: 5, text: 'AB' }
  const edge = { x: 100, y: 90, radius: 5, text: 'CDE', isEdge: true }
  assert.deepEqual(placeLabels([near, { ...edge, x: 60 }], { ...plot, taken: [] }), ['left', 'right'])
  assert.deepEqual(placeLabels([{ ...edge, y: 0 }], plot), ['above'])
  assert.deepEqual(placeLabels([{ ...edge, y: 0, isEdge: false }], plot), ['none'])
  const wall = { x: 60, y: 90, radius: 30, text: '' }
  assert.deepEqual(placeLabels([{ ...wall, x: 75 }, edge], plot)[1], 'left')
})
