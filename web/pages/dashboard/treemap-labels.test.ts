import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fitLabel, measureEm } from './treemap-labels.ts'

const bitcoin = { symbol: 'btc', change: '+1.25%' }

test('a label steps down to 9 px before it is dropped, the change before the symbol', () => {
  const sizes = [
    [400, 500],
    [120, 90],
    [60, 40],
    [46, 26],
    [46, 25],
    [30, 15],
    [29, 14],
    [22, 15],
  ].map(([width = 0, height = 0]) => fitLabel({ width, height }, bitcoin))
  assert.deepEqual(sizes, [
    { symbol: 28, change: 22 },
    { symbol: 12, change: 9 },
    { symbol: 12, change: 9 },
    { symbol: 9, change: 9 },
    { symbol: 12, change: null },
    { symbol: 9, change: null },
    null,
    null,
  ])
})

test('a label fits its tile, and no tile that holds 9 px has none', () => {
  const side = fc.double({ min: 1, max: 800, noNaN: true })
  const symbol = fc.stringMatching(/^[a-z0-9$.]{1,10}$/)
  fc.assert(
    fc.property(
      side,
      side,
      symbol,
      fc.constantFrom('+1.25%', '−100.00%', '–', '+123M%'),
      (width, height, name, change) => {
        const label = fitLabel({ width, height }, { symbol: name, change })
        const holds = measureEm(name.toUpperCase()) * 9 <= width - 4 && 9 * 1.2 <= height - 4
        assert.equal(label !== null, holds)
        if (label === null) return
        assert.ok(label.symbol >= 9 && label.symbol * measureEm(name.toUpperCase()) <= width)
        assert.ok((label.symbol + (label.change ?? 0)) * 1.2 <= height)
        if (label.change !== null) assert.ok(label.change >= 9 && label.change * measureEm(change) <= width)
      },
    ),
  )
})
