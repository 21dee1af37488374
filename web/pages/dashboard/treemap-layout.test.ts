import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findTile, layOutTreemap } from './treemap-layout.ts'

const caps = fc.array(fc.record({ market_cap: fc.double({ min: 1, max: 3e12, noNaN: true }) }), {
  minLength: 1,
  maxLength: 100,
})

test('makes areas proportional to market cap within 1% in any frame', () => {
  fc.assert(
    fc.property(caps, fc.double({ min: 0.4, max: 3, noNaN: true }), (coins, ratio) => {
      const total = coins.reduce((sum, { market_cap }) => sum + market_cap, 0)
      const tiles = layOutTreemap(coins, ratio)
      assert.equal(tiles.length, coins.length)
      for (const { coin, width, height } of tiles) {
        const share = (width * height) / 10_000
        assert.ok(Math.abs(share - coin.market_cap / total) <= 0.01 * (coin.market_cap / total) + 1e-12)
      }
    }),
  )
})

test('leaves out coins without a market cap', () => {
  assert.equal(layOutTreemap([{ market_cap: null }, { market_cap: 5 }], 1).length, 1)
})

test('finds the tile at a point, and none outside the frame', () => {
  const tiles = layOutTreemap(
    [8, 4, 2, 1, 1].map((market_cap) => ({ market_cap })),
    1.75,
  )
  for (const [index, { left, top, width, height }] of tiles.entries())
    assert.equal(findTile(tiles, left + width / 2, top + height / 2), index)
  assert.equal(findTile(tiles, 101, 50), -1)
})
