import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs } from '../../../contract/time.ts'
import { toMarketSparklines } from './market-sparklines.ts'

const history = (hours: number, eth: number | null = 9) => ({
  coins: 48,
  market_cap_share_pct: 99.25,
  points: Array.from({ length: hours + 1 }, (_, hour) => ({
    timestamp: new Date(hour * hourMs).toISOString(),
    market_cap: 100 + hour,
    volume: hour,
    btc_dominance: 50,
    eth_dominance: hour === 3 ? eth : 9,
  })),
})

test('draws a history of 12 hours, but not a shorter one', () => {
  assert.equal(toMarketSparklines(history(10)), null)
  assert.equal(toMarketSparklines(undefined), null)
  assert.equal(toMarketSparklines({ coins: 0, market_cap_share_pct: null, points: [] }), null)
  assert.deepEqual(toMarketSparklines(history(11))?.volume, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
})

test('draws no line for a figure with a gap, and names coins and share in the scope', () => {
  const lines = toMarketSparklines(history(168, null))
  assert.deepEqual([lines?.eth, lines?.btc.length], [[], 169])
  assert.equal(lines?.scope, 'hourly, last 7 days, 48 coins with 99.3% of the market cap')
  assert.match(toMarketSparklines(history(30))?.scope ?? '', /last 30 hours/)
})
