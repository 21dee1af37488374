import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Box, findTile, layOutMap } from './treemap-layout.ts'

const caps = fc.array(fc.record({ market_cap: fc.double({ min: 1, max: 3e12, noNaN: true }) }), {
  minLength: 1,
  maxLength: 100,
})

test('makes areas proportional to market cap within 1% in any frame', () => {
  fc.assert(
    fc.property(caps, fc.double({ min: 0.4, max: 3, noNaN: true }), (coins, ratio) => {
      const total = coins.reduce((sum, { market_cap }) => sum + market_cap, 0)
      const { tiles } = layOutMap(coins, { ratio })
      assert.equal(tiles.length, coins.length)
      for (const { coin, width, height } of tiles) {
        const share = (width * height) / 10_000
        assert.ok(Math.abs(share - coin.market_cap / total) <= 0.01 * (coin.market_cap / total) + 1e-12)
      }
    }),
  )
})

test('leaves out coins without a market cap', () => {
  assert.equal(layOutMap([{ market_cap: null }, { market_cap: 5 }], { ratio: 1 }).tiles.length, 1)
})

test('finds the tile at a point, and none outside the frame', () => {
  const { tiles } = layOutMap(
    [8, 4, 2, 1, 1].map((market_cap) => ({ market_cap })),
    { ratio: 1.75 },
  )
  for (const [index, { left, top, width, height }] of tiles.entries())
    assert.equal(findTile(tiles, left + width / 2, top + height / 2), index)
  assert.equal(findTile(tiles, 101, 50), -1)
})

test('groups tiles into parts, largest first, below the heads of parts with room for one', () => {
  const coins = [
    ...[60, 20, 8].map((market_cap) => ({ market_cap, kind: 'coin' })),
    ...[10, 1.9].map((market_cap) => ({ market_cap, kind: 'stablecoin' })),
    { market_cap: 0.1, kind: 'staked' },
  ]
  const toKey = ({ kind }: { kind: string }) => kind
  const { tiles, parts } = layOutMap(coins, { ratio: 1.45, groups: { toKey, headHeight: 4 } })
  assert.deepEqual(
    parts.map(({ key, share, hasHead }) => [key, Number(share.toFixed(1)), hasHead]),
    [
      ['coin', 88, true],
      ['stablecoin', 11.9, true],
      ['staked', 0.1, false],
    ],
  )
  const isIn = (inner: Box, outer: Box, head: number) =>
    inner.left >= outer.left - 1e-9 &&
    inner.top >= outer.top + head - 1e-9 &&
    inner.left + inner.width <= outer.left + outer.width + 1e-9 &&
    inner.top + inner.height <= outer.top + outer.height + 1e-9
  assert.equal(tiles.length, coins.length)
  for (const tile of tiles) {
    const part = parts.find(({ key }) => key === tile.coin.kind)
    assert.ok(part !== undefined && isIn(tile, part, part.hasHead ? 4 : 0), JSON.stringify(tile))
  }
})
