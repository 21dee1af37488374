import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLines } from './market-sparklines.ts'

const history = (hours: number, eth: number | null = 9) => ({
  coins: 48,
  market_cap_share_pct: 99.25,
  points: Array.from({ length: hours + 1 }, (_, hour) => ({
    timestamp: new Date(hour * 3_600_000).toISOString(),
    market_cap: 100 + hour,
    volume: hour,
    btc_dominance: 50,
    eth_dominance: hour === 3 ? eth : 9,
  })),
})

test('a history of half a day is drawn, a shorter one is not', () => {
  assert.equal(toLines(history(10)), null)
  assert.equal(toLines(undefined), null)
  assert.equal(toLines({ coins: 0, market_cap_share_pct: null, points: [] }), null)
  assert.deepEqual(toLines(history(11))?.volume, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
})

test('a figure that is not known at every hour has no line, and the words name coins and share', () => {
  const lines = toLines(history(168, null))
  assert.deepEqual([lines?.eth, lines?.btc.length], [[], 169])
  assert.equal(lines?.words, 'over the last 7 days, by the hour, of 48 coins that hold 99.3% of the market cap')
  assert.match(toLines(history(30))?.words ?? '', /over the last 30 hours/)
})
