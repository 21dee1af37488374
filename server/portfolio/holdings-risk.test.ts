import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeHoldingsRisk } from './holdings-risk.ts'

/** Closes whose returns are given. */
const toCloses = (returns: readonly number[]): Float64Array => {
  const closes = [100]
  for (const one of returns) closes.push((closes.at(-1) ?? 0) * (1 + one))
  return Float64Array.from(closes)
}
const days = Array.from({ length: 40 }, (_, day) => day)
const a = days.map((day) => 0.02 * Math.sin(day))
const b = days.map((day) => 0.03 * Math.cos(2 * day) + 0.001)
const near = (actual: number | null | undefined, expected: number) =>
  assert.ok(actual != null && Math.abs(actual - expected) < 1e-12, `${actual} ${expected}`)

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const covary = (x: readonly number[], y: readonly number[]) =>
  x.reduce((sum, value, at) => sum + (value - mean(x)) * ((y[at] ?? 0) - mean(y)), 0) / (x.length - 1)

test('the risk of shares is that of their covariances, and the shares of risk sum to 1', () => {
  const risk = computeHoldingsRisk(
    [
      { weight: 75, closes: toCloses(a) },
      { weight: 25, closes: toCloses(b) },
    ],
    { market: toCloses(a), minimum: 20 },
  )
  const [wa, wb] = [0.75, 0.25]
  const variance = wa * wa * covary(a, a) + 2 * wa * wb * covary(a, b) + wb * wb * covary(b, b)
  near(risk.volatility_annualized, Math.sqrt(variance * 365))
  near(risk.value_at_risk_95, 1.6448536269514722 * Math.sqrt(variance))
  near(risk.correlation_btc, (wa * covary(a, a) + wb * covary(a, b)) / Math.sqrt(variance * covary(a, a)))
  near(risk.coins[1]?.risk_share, (wb * (wa * covary(a, b) + wb * covary(b, b))) / variance)
  near((risk.coins[0]?.risk_share ?? 0) + (risk.coins[1]?.risk_share ?? 0), 1)
})

test('a coin with too few closes is left out, and too few common days give no figures', () => {
  const young = toCloses(b).map((close, day) => (day < 30 ? Number.NaN : close))
  const held = [
    { weight: 60, closes: toCloses(a) },
    { weight: 40, closes: young },
  ]
  const risk = computeHoldingsRisk(held, { market: toCloses(a), minimum: 20 })
  assert.deepEqual([risk.coins[1], risk.coins[0]?.weight, risk.observations], [null, 1, 40])
  near(risk.correlation_btc, 1)
  const none = computeHoldingsRisk(held, { market: toCloses(a), minimum: 41 })
  assert.deepEqual([none.coins, none.volatility_annualized, none.value_at_risk_95], [[null, null], null, null])
})
