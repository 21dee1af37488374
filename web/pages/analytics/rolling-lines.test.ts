import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RollingPoint, toBand, toPath, toRollingAxis, toValue } from './rolling-lines.ts'

const point = (low: number | null) =>
  ({
    volatility: 0.02,
    volatility_annualized: 0.4,
    correlation: 0.5,
    beta: 1,
    correlation_low: low,
    correlation_high: 0.75,
  }) as RollingPoint

test('a window under 30 returns shows daily volatility', () => {
  assert.equal(toValue(point(0), 'volatility', 29), 0.02)
  assert.equal(toValue(point(0), 'volatility', 30), 0.4)
  assert.equal(toValue(point(0), 'beta', 30), 1)
})

test('a line breaks where values are missing, and a band covers each part', () => {
  const axis = toRollingAxis([], 'correlation')
  assert.equal(toPath([1, 0, null, -1, -1], axis), 'M0.0 0.0L250.0 150.0M750.0 300.0L1000.0 300.0')
  assert.equal(toBand([point(0), point(0), point(null)], axis), 'M0.0 150.0L500.0 150.0L500.0 37.5L0.0 37.5Z')
})
