import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toAreas, toShares } from './dominance-shares.ts'

const coin = (coingecko_id: string, dominance: number) => ({ coingecko_id, symbol: 'X', name: 'X', dominance })

test('shares sum to 100, and areas are stacked from the bottom', () => {
  const shares = toShares([
    {
      timestamp: '1',
      coins: [coin('bitcoin', 50), coin('tether', 8), coin('ethereum', 20)],
      others: 22,
      stablecoins: 10,
    },
    { timestamp: '2', coins: [coin('bitcoin', 60)], others: 40, stablecoins: 10 },
  ])
  assert.deepEqual(shares, [
    { timestamp: '1', bitcoin: 50, ethereum: 20, stablecoins: 10, others: 20 },
    { timestamp: '2', bitcoin: 60, ethereum: 0, stablecoins: 10, others: 30 },
  ])
  assert.deepEqual(toAreas(shares), [
    'M0.0 50.00L1000.0 40.00L1000.0 100.00L0.0 100.00Z',
    'M0.0 30.00L1000.0 40.00L1000.0 40.00L0.0 50.00Z',
    'M0.0 20.00L1000.0 30.00L1000.0 40.00L0.0 30.00Z',
    'M0.0 0.00L1000.0 0.00L1000.0 30.00L0.0 20.00Z',
  ])
})
