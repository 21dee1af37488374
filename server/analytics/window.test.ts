import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeCorrelationInterval, computeShape, computeSharpeError, computeSharpeInterval } from './intervals.ts'
import { computeExpectedShortfall, computeValueAtRisk } from './ratios.ts'
import { computeReturns, dropGaps } from './returns.ts'
import { computeRolling, computeWindowRisk } from './window.ts'

const near = (actual: number | null | undefined, wanted: number, tolerance = 1e-12) =>
  assert.ok(
    Math.abs((actual ?? Number.NaN) - wanted) <= tolerance * Math.max(1, Math.abs(wanted)),
    `${actual}, ${wanted}`,
  )

/** Closes of a walk without a pattern, the same in each run. */
function toWalk(days: number, seed: number): Float64Array {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648 - 0.5
  }
  const closes = new Float64Array(days)
  for (let day = 0, close = 100; day < days; day += 1, close *= 1 + next() / 10) closes[day] = close
  return closes
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const mean = (values: readonly number[]) => sum(values) / values.length
const cov = (a: readonly number[], b: readonly number[]) =>
  sum(a.map((value, at) => (value - mean(a)) * ((b[at] ?? 0) - mean(b)))) / (a.length - 1)

test('the error of a Sharpe ratio has the published values for normal and for skewed returns', () => {
  // Lo (2002), example: annual ratio 1.50 of 60 observations, error 0.188; with n for n - 1.
  const normal = { skewness: 0, kurtosis: 3 }
  near(computeSharpeError(1.5, { ...normal, observations: 61 }), 0.188, 5e-4)
  // Bailey and López de Prado (2012): ratio 0.458 of 24 months, skewness -2.448, kurtosis 10.164: probability 0.913
  // that it exceeds 0, against 0.982 for normal returns. The normal quantiles are 1.36 and 2.09.
  near(0.458 / computeSharpeError(0.458, { skewness: -2.448, kurtosis: 10.164, observations: 24 }), 1.36, 5e-3)
  near(0.458 / computeSharpeError(0.458, { ...normal, observations: 24 }), 2.09, 5e-3)
})

test('the interval of a correlation has the published value of Fisher z', () => {
  // Lane, Online Statistics Education: r = -0.654 of 34 students, z from -1.13 to -0.43.
  const { low, high } = computeCorrelationInterval(-0.654, 34) ?? { low: 0, high: 0 }
  near(Math.atanh(low), -1.13, 5e-3)
  near(Math.atanh(high), -0.43, 5e-3)
  assert.equal(computeCorrelationInterval(0.5, 3), null)
  assert.equal(computeCorrelationInterval(1, 30), null)
})

test('expected shortfall is the mean loss at or beyond the quantile of the value at risk', () => {
  const returns = Float64Array.from({ length: 41 }, (_, index) => (index - 20) / 1000)
  near(computeValueAtRisk(returns, 0.95), 0.018)
  near(computeExpectedShortfall(returns, 0.95), 0.019)
  near(computeExpectedShortfall(Float64Array.of(0.01, 0.02), 0.95), -0.01)
})

test('a window has the figures of their definitions, in simple and in log returns', () => {
  const [closes, market] = [toWalk(120, 7), toWalk(120, 11)]
  closes[40] = Number.NaN
  for (const kind of ['simple', 'log'] as const) {
    const of = (from: Float64Array) =>
      [...from].slice(1).map((close, day) => {
        const growth = close / (from[day] ?? 0)
        return kind === 'simple' ? growth - 1 : Math.log(growth)
      })
    const pairs = of(closes).flatMap((value, day) =>
      Number.isNaN(value) ? [] : [[value, of(market)[day] ?? 0] as const],
    )
    const [own, other] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)]
    assert.equal(own.length, 117)
    const risk = computeWindowRisk(closes, market, { year: { periods: 365, riskFreeRate: 0.02 }, kind })
    const deviation = Math.sqrt(cov(own, own))
    near(risk.volatility, deviation)
    const sharpe = (mean(own) * 365 - 0.02) / (deviation * Math.sqrt(365))
    near(risk.sharpe_ratio, sharpe)
    near(risk.beta, cov(own, other) / cov(other, other))
    const correlation = cov(own, other) / Math.sqrt(cov(own, own) * cov(other, other))
    near(risk.correlation, correlation)
    near(risk.correlation_low, Math.tanh(Math.atanh(correlation) - 1.959963984540054 / Math.sqrt(114)))
    const central = (power: number) => mean(own.map((value) => (value - mean(own)) ** power))
    const [g, k] = [central(3) / central(2) ** 1.5, central(4) / central(2) ** 2]
    near(computeShape(Float64Array.from(own)).kurtosis, k)
    const daily = sharpe / Math.sqrt(365)
    const error = Math.sqrt((1 - g * daily + ((k - 1) / 4) * daily ** 2) / 116)
    near(risk.sharpe_high, sharpe + 1.959963984540054 * error * Math.sqrt(365))
    near(risk.sharpe_low, sharpe - 1.959963984540054 * error * Math.sqrt(365))
    const cut = -(risk.value_at_risk_95 ?? 0)
    near(risk.expected_shortfall_95, -mean(own.filter((value) => value <= cut)))
  }
})

test('a window with too few returns has no figures, and no annualized ones under 30', () => {
  const year = { periods: 365, riskFreeRate: 0 }
  const short = computeWindowRisk(toWalk(30, 3), toWalk(30, 5), { year, kind: 'simple' })
  assert.deepEqual([short.observations, short.sharpe_ratio, short.sharpe_low], [29, null, null])
  assert.notEqual(short.expected_shortfall_95, null)
  const gaps = toWalk(30, 3).fill(Number.NaN, 5, 15)
  const few = computeWindowRisk(gaps, toWalk(30, 5), { year, kind: 'log' })
  assert.deepEqual([few.volatility, few.expected_shortfall_95, few.correlation_low, few.beta], [null, null, null, null])
})

test('each rolling point has the figures of its own window', () => {
  const [closes, market] = [toWalk(80, 13), toWalk(80, 17)]
  closes[60] = Number.NaN
  const [returns, other] = [computeReturns(closes), computeReturns(market)]
  const points = computeRolling(returns, other, { window: 30, periods: 365 })
  assert.equal(points.length, 50)
  for (const [index, point] of points.entries()) {
    const own = returns.subarray(index, index + 30)
    const known = [...dropGaps(own)]
    const beside = [...other.subarray(index, index + 30)].filter((_, day) => !Number.isNaN(own[day]))
    assert.equal(point.observations, known.length)
    near(point.volatility, Math.sqrt(cov(known, known)))
    near(point.beta, cov(known, beside) / cov(beside, beside))
    near(point.correlation, cov(known, beside) / Math.sqrt(cov(known, known) * cov(beside, beside)))
    assert.equal(point.volatility_annualized === null, known.length < 30)
  }
  closes.fill(Number.NaN, 20, 30)
  const sparse = computeRolling(computeReturns(closes), other, { window: 30, periods: 365 })
  assert.deepEqual([sparse[0]?.volatility, sparse[0]?.correlation], [null, null])
})

test('a Sharpe interval of constant daily ratio narrows with the root of the observations', () => {
  const width = (count: number) => {
    const returns = Float64Array.from({ length: count }, (_, day) => (day % 2 === 0 ? 0.01 : -0.008))
    const { low, high } = computeSharpeInterval(1, returns, 365)
    return high - low
  }
  near(width(101) / width(401), 2, 1e-3)
})
