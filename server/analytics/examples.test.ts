import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAnswers } from './answers.ts'
import { Correlations, countPairs } from './correlations.ts'
import { computeMean, computeMoments, computeQuantile, sumSquares } from './moments.ts'
import { computePearson, isMoving, toCorrelation } from './pearson.ts'
import {
  computeCagr,
  computeCalmar,
  computeDownside,
  computeMaxDrawdown,
  computeSharpe,
  computeSortino,
  computeValueAtRisk,
} from './ratios.ts'
import { computeReturns, dropGaps } from './returns.ts'
import { computeRisk } from './risk.ts'

const none = Number.NaN
const of = (...values: number[]): Float64Array => Float64Array.from(values)
const isNear = (actual: number | null, expected: number, what = ''): void =>
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)),
    `${what} ${actual}`,
  )

/** Reproducible pseudorandom numbers from -1 to 1. */
const scatter = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, n) => Math.sin(seed * 7.3 + n * n * 0.9 + n * seed))

test('a mean keeps the digits that rounding loses', () => {
  assert.equal(computeMean(of(1, 2, 6)), 3)
  assert.equal(computeMean(of(1e16, 1, -1e16, 1)), 0.5)
  assert.equal(computeMean(of(1, 1e16, 1, -1e16)), 0.5)
  assert.ok(Number.isNaN(computeMean(of())))
})

test('a deviation is the sample deviation and needs two values', () => {
  assert.equal(sumSquares(of(1, 2, 6), 3), 14)
  assert.deepEqual(computeMoments(of(2, 4, 4, 4, 5, 5, 7, 9)), { mean: 5, deviation: Math.sqrt(32 / 7) })
  assert.deepEqual(computeMoments(of(3, 5)), { mean: 4, deviation: Math.SQRT2 })
  assert.deepEqual(computeMoments(of(3)), { mean: 3, deviation: none })
})

test('computes quantiles at both ends and between values', () => {
  for (const count of [1, 2, 3, 5, 8, 29, 100])
    for (const values of [
      scatter(count, count),
      scatter(count, 1).sort(),
      scatter(count, 2).sort().reverse(),
      new Float64Array(count).fill(4),
      Float64Array.from({ length: count }, (_, n) => n % 3),
    ]) {
      const sorted = values.toSorted()
      for (const q of [0, 0.05, 0.1, 0.21, 0.25, 0.5, 0.75, 0.79, 0.95, 1]) {
        const at = q * (count - 1)
        const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0]
        isNear(computeQuantile(values, q), low + (high - low) * (at - Math.floor(at)), `${q} of ${count}:`)
      }
    }
})

test('computes correlation and slope over shared days', () => {
  const [x, y] = [of(1, 2, 3, none, 4, 100), of(2, 1, 4, 50, 3, none)]
  const { observations, correlation, slope } = computePearson(x, y)
  assert.equal(observations, 4)
  isNear(correlation, 0.6)
  isNear(slope, 0.6)
  isNear(computePearson(of(1, 2, 3, 4), of(4, 2, 8, 6)).slope, 1.2)
  const far = 1e8
  const moved = computePearson(of(far + 1, far + 2, far + 3, far + 4), of(2, 1, 4, 3))
  assert.ok(Math.abs((moved.correlation ?? 0) - 0.6) < 1e-9)
  assert.deepEqual(computePearson(of(1, none), of(none, 1)), { observations: 0, correlation: null, slope: null })
  assert.deepEqual(computePearson(of(1, none), of(2, 1)), { observations: 1, correlation: null, slope: null })
  assert.deepEqual([toCorrelation(1.1), toCorrelation(-1.1), toCorrelation(0.3)], [1, -1, 0.3])
  assert.deepEqual([isMoving(1, 2), isMoving(1, 1), isMoving(0, 9)], [true, false, false])
})

test('corrects a correlation for the rounding of the mean', () => {
  const count = 1000
  const x = Float64Array.from({ length: count }, (_, n) => 1e6 + 0.1 + (n % 7) * 1e-6)
  const y = Float64Array.from({ length: count }, (_, n) => 3e6 + 0.7 + (n % 7) * 1e-6)
  const back = (values: Float64Array, by: number) => values.map((value) => value - by)
  const exact = computePearson(back(x, 1e6), back(y, 3e6))
  const { correlation, slope } = computePearson(x, y)
  assert.ok(Math.abs((slope ?? 0) - (exact.slope ?? 1)) < 1e-3 && (correlation ?? 0) > 0.999)
})

test('computes returns between adjacent days and drops gaps', () => {
  const returns = computeReturns(of(1, 2, none, 4, 5))
  assert.deepEqual([...returns], [1, none, none, 0.25])
  assert.equal(computeReturns(of()).length, 0)
  assert.deepEqual([...dropGaps(returns)], [1, 0.25])
  assert.deepEqual([...dropGaps(of(none, none, 3, 4, none))], [3, 4])
  assert.deepEqual([...dropGaps(of(none))], [])
  assert.deepEqual([...returns], [1, none, none, 0.25], 'the series is unchanged')
})

test('computes the drawdown from the highest previous close, across gaps', () => {
  assert.equal(computeMaxDrawdown(of(10, 5, 20, 15, none, 8, 30, 29)), 0.6)
  assert.equal(computeMaxDrawdown(of(none, 4, 3)), 0.25)
  assert.equal(computeMaxDrawdown(of(1, 2, 2)), 0)
  assert.equal(computeMaxDrawdown(of(none)), null)
  assert.equal(computeMaxDrawdown(of()), null)
})

test('ratios are annualized returns above the risk-free rate per unit of risk', () => {
  const year = { periods: 4, riskFreeRate: 0.2 }
  isNear(computeSharpe({ mean: 0.1, deviation: 0.05 }, year), 2)
  isNear(computeSortino(0.1, 0.05, year), 2)
  assert.equal(computeSharpe({ mean: Number.POSITIVE_INFINITY, deviation: 1 }, year), null)
  assert.equal(computeSharpe({ mean: 1, deviation: 0 }, year), null)
  isNear(computeDownside(of(0.1, -0.1, 0.3, -0.3), 0), Math.sqrt(0.1 / 4))
  isNear(computeDownside(of(0.1, -0.1), 0.1), Math.sqrt(0.04 / 2))
  isNear(computeCagr(1.21, 2, { periods: 1 }), 0.1)
  isNear(computeCagr(2, 1, { periods: 3 }), 7)
  isNear(computeCalmar(0.5, 0.25), 2)
  assert.equal(computeCalmar(0.5, 0), null)
  isNear(computeValueAtRisk(of(-0.5, -0.3, -0.1, 0.1, 0.3), 0.75), 0.3)
})

test('computes all metrics of 40 days with a risk-free rate', () => {
  const closes = Float64Array.from({ length: 40 }, (_, day) => 100 + 10 * Math.sin(day) + day)
  const market = Float64Array.from({ length: 40 }, (_, day) => 50 + 3 * Math.sin(day + 0.5) + day)
  const year = { periods: 365, riskFreeRate: 0.04 }
  const returns = computeReturns(closes)
  const moments = computeMoments(returns)
  const against = computePearson(computeReturns(market), returns)
  const [best, worst] = [Math.max(...returns), Math.min(...returns)]
  assert.deepEqual(computeRisk(closes, computeReturns(market), year), {
    observations: 39,
    period_return: (closes[39] ?? 0) / 100 - 1,
    cagr: null,
    volatility: moments.deviation,
    volatility_annualized: moments.deviation * Math.sqrt(365),
    max_drawdown: computeMaxDrawdown(closes),
    sharpe_ratio: computeSharpe(moments, year),
    sortino_ratio: computeSortino(moments.mean, computeDownside(returns, 0.04 / 365), year),
    calmar_ratio: null,
    beta_btc: against.slope,
    correlation_btc: against.correlation,
    value_at_risk_95: computeValueAtRisk(returns, 0.95),
    best_day_return: best,
    best_day: returns.indexOf(best) + 1,
    worst_day_return: worst,
    worst_day: returns.indexOf(worst) + 1,
  })
})

test('uses the first of equal best days and skips gaps', () => {
  const risk = computeRisk(of(1, 2, 1, 2, 1, 2, 1), of(0, 0, 0, 0, 0, 0), { periods: 365, riskFreeRate: 0 })
  assert.deepEqual([risk.best_day, risk.best_day_return, risk.worst_day, risk.worst_day_return], [1, 1, 2, -0.5])
  const gap = computeRisk(of(none, 1, 2, 4, 3, 6, 5, 4), new Float64Array(7), { periods: 365, riskFreeRate: 0 })
  assert.equal(gap.observations, 6, 'too few returns for eight days')
  const long = of(none, 1, 2, 4, 3, 6, 5, 4, 5, 4)
  const known = computeRisk(long, new Float64Array(9), { periods: 365, riskFreeRate: 0 })
  assert.deepEqual([known.best_day, known.worst_day], [2, 4])
})

test('orders pairs, each with the correlation of its two series', () => {
  assert.deepEqual([countPairs(0, 4, 4), countPairs(0, 1, 4), countPairs(1, 3, 4), countPairs(3, 4, 4)], [6, 3, 3, 0])
  for (const count of [2, 3, 5, 9, 14]) {
    const series = Array.from({ length: count }, (_, n) => scatter(40, n + 1))
    for (const [n, values] of series.entries()) if (n % 5 === 4) values.fill(none, n, n + 3)
    const correlations = new Correlations(series, 10)
    assert.equal(correlations.count, count)
    for (const [from, to] of [
      [0, count],
      [1, count],
      [0, 1],
      [1, 2],
      [count - 1, count],
    ] as const) {
      const { correlation, observations } = correlations.compute(from, to)
      let at = 0
      for (let a = from; a < to; a += 1)
        for (let b = a + 1; b < count; b += 1, at += 1) {
          const alone = computePearson(series[a] ?? of(), series[b] ?? of())
          assert.equal(observations[at], alone.observations)
          isNear(correlation[at] ?? null, alone.correlation ?? none, `${a}, ${b} of ${count}:`)
        }
      assert.equal(correlation.length, at)
    }
  }
  const { correlation } = new Correlations([], 5).compute(0, 0)
  assert.equal(correlation.length, 0)
})

test('answers questions about the last days of a market', () => {
  const days = 40
  const coins = [1, 2, 3].map((seed) => scatter(days, seed).map((value) => 100 + 5 * value))
  const closes = Float64Array.from(coins.flatMap((coin) => [...coin]))
  const year = { periods: 365, riskFreeRate: 0 }
  const answers = createAnswers({ closes, days, benchmark: 1, correlated: [0, 2], year })
  const last = (coin: number, period: number) => (coins[coin] ?? of()).slice(days - period)
  for (const period of [10, 40]) {
    const market = computeReturns(last(1, period))
    const expected = [1, 2].map((coin) => computeRisk(last(coin, period), market, year))
    assert.deepEqual(answers.risk({ period, from: 1, to: 3 }), expected)
    const pair = computePearson(computeReturns(last(0, period)), computeReturns(last(2, period)))
    for (const _ of [1, 2])
      isNear(answers.correlation({ period, from: 0, to: 2 }).correlation[0] ?? null, pair.correlation ?? 0)
  }
  const alone = createAnswers({ closes, days, benchmark: -1, correlated: [], year }).risk({
    period: 40,
    from: 0,
    to: 1,
  })
  assert.deepEqual([alone.length, alone[0]?.observations, alone[0]?.beta_btc], [1, 39, null])
})
