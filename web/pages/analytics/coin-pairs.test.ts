import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CorrelationMatrix } from '../../../contract/analytics.ts'
import { formatCorrelation } from '../../lib/format.ts'
import { describePair, findExtremes, getPair, listPairs, move } from './coin-pairs.ts'

const matrix: CorrelationMatrix = {
  coins: ['btc', 'eth', 'new'],
  ids: [1, 2, 3],
  coingecko_ids: ['bitcoin', 'ethereum', 'new'],
  names: ['Bitcoin', 'Ethereum', 'New'],
  kinds: ['coin', 'coin', 'coin'],
  matrix: [
    [1, 0.876, null],
    [0.876, 1, -0.004],
    [null, -0.004, 1],
  ],
  observations: [
    [30, 30, 12],
    [30, 30, 30],
    [12, 30, 30],
  ],
  period_days: 30,
  as_of: '2026-11-24',
  computed_at: '2026-11-25T04:00:00.000Z',
}

test('lists each pair once, without pairs of a coin with itself', () => {
  assert.deepEqual(
    listPairs(matrix).map(({ row, column }) => [row, column]),
    [
      [1, 0],
      [2, 0],
      [2, 1],
    ],
  )
  const extremes = findExtremes(matrix)
  assert.deepEqual([extremes?.most.value, extremes?.least.value], [0.876, -0.004])
  assert.equal(findExtremes({ ...matrix, matrix: [[1]], ids: [1] }), null)
})

test('explains a missing correlation', () => {
  assert.equal(describePair(matrix, getPair(matrix, 0, 1)), 'Bitcoin and Ethereum: 0.88 over 30 daily returns')
  assert.equal(
    describePair(matrix, getPair(matrix, 0, 2)),
    'Bitcoin and New: no data, 12 common daily returns (at least 24 needed)',
  )
  assert.match(describePair(matrix, { row: 0, column: 2, value: null, observations: 30 }), /did not change/)
  assert.match(describePair(matrix, getPair(matrix, 1, 1)), /with itself/)
})

test('formats a correlation that rounds to 0 without a sign', () => {
  assert.deepEqual([-0.004, -0.005001, -1, 0.5].map(formatCorrelation), ['0.00', '−0.01', '−1.00', '0.50'])
})

test('moves the cursor by keys, within the square', () => {
  const size = { size: 3, whole: false }
  assert.deepEqual(move({ row: 0, column: 0 }, 'ArrowDown', size), { row: 1, column: 0 })
  assert.deepEqual(move({ row: 0, column: 0 }, 'ArrowLeft', size), { row: 0, column: 0 })
  assert.deepEqual(move({ row: 1, column: 1 }, 'End', size), { row: 1, column: 2 })
  assert.deepEqual(move({ row: 1, column: 1 }, 'End', { size: 3, whole: true }), { row: 2, column: 2 })
  assert.deepEqual(move({ row: 1, column: 1 }, 'PageDown', size), { row: 2, column: 1 })
  assert.equal(move({ row: 1, column: 1 }, 'a', size), null)
})
