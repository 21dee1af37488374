import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCorrelationTier } from '../../components/charts/tiers.ts'
import { toDrawdownTier, toSharpeTier, toVolatilityTier } from './analytics-tiers.ts'

test('colors a correlation by the two decimals shown', () => {
  const steps = [-1, -0.71, -0.7, -0.4, -0.11, -0.1, 0, 0.09, 0.1, 0.399, 0.4, 0.694, 0.6951, 1].map(
    (value) => toCorrelationTier(value).step,
  )
  assert.deepEqual(steps, [1, 1, 2, 3, 3, 4, 4, 4, 5, 6, 6, 6, 7, 7])
})

test('gives the Sharpe ratio five tiers, split at 0', () => {
  assert.deepEqual(
    [-9, -0.51, -0.5, -0.01, 0, 0.49, 0.5, 0.99, 1, 99].map((value) => toSharpeTier(value).step),
    [1, 1, 3, 3, 5, 5, 6, 6, 7, 7],
  )
})

test('rates a drawdown relative to the largest', () => {
  assert.deepEqual(
    [0.8, 0.61, 0.6, 0.41, 0.4, 0.21, 0.2, 0].map((value) => toDrawdownTier(value, 0.8).word),
    ['Severe', 'Severe', 'High', 'High', 'Moderate', 'Moderate', 'Mild', 'Mild'],
  )
  assert.equal(toDrawdownTier(0, 0).word, 'Mild')
})

test('rates a volatility relative to the highest', () => {
  assert.deepEqual(
    [1, 0.66, 0.65, 0.33, 0.32, 0].map((value) => toVolatilityTier(value, 1).word),
    ['High', 'High', 'Medium', 'Medium', 'Low', 'Low'],
  )
  assert.equal(toVolatilityTier(0, 0).word, 'Low')
})
