import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toMinReturns } from '../../contract/returns.ts'
import { Correlations, countPairs } from './correlations.ts'
import { computeMoments, computeQuantile } from './moments.ts'
import { computePearson } from './pearson.ts'
import { computeMaxDrawdown, computeSharpe } from './ratios.ts'
import { computeReturns, dropGaps } from './returns.ts'
import { computeRisk } from './risk.ts'

const year = { periods: 365, riskFreeRate: 0 }
const close = fc.double({ min: 1e-9, max: 1e6, noNaN: true })
const dailyReturn = fc.double({ min: -0.5, max: 0.5, noNaN: true }).map((value) => Math.round(value * 1e6) / 1e6)
const withGaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: Number.NaN, freq: 8 })
const series = (days: number, value: fc.Arbitrary<number> = dailyReturn) =>
  fc.array(value, { minLength: days, maxLength: days }).map((values) => Float64Array.from(values))
const pair = (value?: fc.Arbitrary<number>) => fc.tuple(series(40, value), series(40, value))
const isNear = (a: number | null, b: number | null, tolerance: number) =>
  a === null || b === null ? a === b : Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))

test('a correlation is symmetric, within bounds and independent of scale and offset', () => {
  const scale = fc.double({ min: 0.01, max: 100, noNaN: true })
  fc.assert(
    fc.property(
      pair(withGaps(dailyReturn)),
      scale,
      fc.double({ min: -1, max: 1, noNaN: true }),
      ([x, y], by, offset) => {
        const { correlation, observations } = computePearson(x, y)
        assert.ok(correlation === null || (correlation >= -1 && correlation <= 1))
        assert.deepEqual(computePearson(y, x).correlation, correlation)
        const moved = x.map((value) => value * by + offset)
        fc.pre(correlation !== null)
        assert.ok(isNear(computePearson(moved, y).correlation, correlation, 1e-9))
        const turned = x.map((value) => -value)
        assert.ok(isNear(computePearson(turned, y).correlation, -correlation, 1e-12))
        assert.equal(observations, x.filter((value, day) => !Number.isNaN(value + (y[day] ?? 0))).length)
      },
    ),
  )
})

test('correlation and beta of a series with itself are 1, and beta is proportional to scale', () => {
  fc.assert(
    fc.property(series(20), fc.double({ min: 0.1, max: 9, noNaN: true }), (x, by) => {
      fc.pre(computeMoments(x).deviation > 1e-6)
      assert.deepEqual(computePearson(x, x), { observations: 20, correlation: 1, slope: 1 })
      assert.ok(
        isNear(
          computePearson(
            x,
            x.map((value) => value * by),
          ).slope,
          by,
          1e-12,
        ),
      )
    }),
  )
})

test('the order of days affects only the drawdown', () => {
  const shuffle = fc.integer().map((seed) => (values: Float64Array) => {
    const order = [...values.keys()].sort((a, b) => Math.sin(a * 7 + seed) - Math.sin(b * 7 + seed))
    return Float64Array.from(order, (at) => values[at] ?? 0)
  })
  fc.assert(
    fc.property(pair(), shuffle, ([x, y], mix) => {
      assert.ok(isNear(computePearson(mix(x), mix(y)).correlation, computePearson(x, y).correlation, 1e-9))
      const [mixed, moments] = [computeMoments(mix(x)), computeMoments(x)]
      assert.ok(isNear(mixed.deviation, moments.deviation, 1e-12))
      assert.ok(isNear(mixed.mean, moments.mean, 1e-12))
      assert.ok(isNear(computeSharpe(mixed, year), computeSharpe(moments, year), 1e-9))
    }),
  )
  assert.equal(computeMaxDrawdown(Float64Array.from([1, 2, 1, 3])), 0.5)
  assert.equal(computeMaxDrawdown(Float64Array.from([1, 1, 2, 3])), 0)
  const [x, y] = [Float64Array.from([1, 2, 3, 4, 5]), Float64Array.from([1, 2, 3, 4, 6])]
  assert.notEqual(computePearson(x, y.toReversed()).correlation, computePearson(x, y).correlation)
})

test('a rising series has no drawdown; the drawdown of others follows the definition in any unit', () => {
  fc.assert(
    fc.property(series(30, withGaps(close)), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (closes, unit) => {
      const there = dropGaps(closes)
      fc.pre(there.length > 0)
      assert.equal(computeMaxDrawdown(there.slice().sort()), 0)
      let worst = 0
      for (const [day, price] of there.entries())
        for (const peak of there.subarray(0, day + 1)) worst = Math.max(worst, 1 - price / peak)
      assert.equal(computeMaxDrawdown(closes), worst)
      assert.ok(isNear(computeMaxDrawdown(closes.map((price) => price * unit)), worst, 1e-12))
    }),
  )
})

test('a gap removes the returns of its day and the next, and no others', () => {
  fc.assert(
    fc.property(series(30, close), fc.integer({ min: 0, max: 29 }), (closes, gap) => {
      const whole = computeReturns(closes)
      const broken = computeReturns(closes.with(gap, Number.NaN))
      for (const [day, value] of broken.entries())
        assert.equal(value, day === gap || day === gap - 1 ? Number.NaN : whole[day])
    }),
  )
})

test('too few returns give only their count; enough give all metrics', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(7, 30, 90),
      fc.integer({ min: 0, max: 90 }),
      series(90, close),
      (period, count, all) => {
        const present = Math.min(count, period)
        const closes = all.slice(0, period).fill(Number.NaN, 0, period - present)
        const { observations, ...figures } = computeRisk(closes, computeReturns(closes), year)
        assert.equal(observations, Math.max(0, present - 1))
        const isEnough = observations >= 5 && observations >= 0.8 * period
        assert.equal(observations >= toMinReturns(period), isEnough)
        if (!isEnough) return assert.ok(Object.values(figures).every((value) => value === null))
        assert.ok(figures.volatility !== null && figures.max_drawdown !== null && figures.value_at_risk_95 !== null)
        assert.equal(figures.volatility_annualized !== null, observations >= 30)
        assert.equal(figures.cagr !== null, period >= 90)
      },
    ),
  )
})

test('a flat series, also with rounding noise, has no ratios, beta or correlation', () => {
  const flat = new Float64Array(30).fill(7)
  const steady = Float64Array.from({ length: 30 }, (_, day) => 1.01 ** day)
  const other = Float64Array.from({ length: 30 }, (_, day) => 5 + Math.sin(day))
  for (const closes of [flat, steady]) {
    const risk = computeRisk(closes, computeReturns(other), year)
    assert.ok((risk.volatility ?? 1) < 1e-9)
    assert.deepEqual(
      [risk.sharpe_ratio, risk.sortino_ratio, risk.calmar_ratio, risk.correlation_btc, risk.max_drawdown],
      [null, null, null, null, 0],
    )
    assert.equal(computeRisk(other, computeReturns(closes), year).beta_btc, null)
    const returns = [flat, steady, other].map((closes) => computeReturns(closes))
    assert.ok(new Correlations(returns, 24).compute(0, 3).correlation.every((value) => Number.isNaN(value)))
  }
})

test('extreme prices give only finite metrics or null', () => {
  const closes = Float64Array.from({ length: 30 }, (_, day) => (day % 3 === 0 ? 1e-200 : 1e200 + day))
  const risk = computeRisk(closes, computeReturns(closes), year)
  for (const [name, value] of Object.entries(risk))
    assert.ok(value === null || Number.isFinite(value), `${name} ${value}`)
  const calm = Float64Array.from({ length: 29 }, (_, day) => Math.sin(day))
  assert.ok(new Correlations([computeReturns(closes), calm], 24).compute(0, 2).correlation.every(Number.isNaN))
})

test('computes the same correlations for many pairs in any parts as for single pairs', () => {
  const many = fc
    .integer({ min: 2, max: 13 })
    .chain((count) => fc.array(series(33, withGaps(dailyReturn)), { minLength: count, maxLength: count }))
  fc.assert(
    fc.property(many, fc.integer({ min: 1, max: 6 }), fc.boolean(), (drawn, step, isWhole) => {
      const returns = isWhole
        ? drawn.map((values) => values.map((value) => (Number.isNaN(value) ? 0.5 : value)))
        : drawn
      const minimum = 24
      const correlations = new Correlations(returns, minimum)
      for (let from = 0; from < returns.length; from += step) {
        const to = Math.min(returns.length, from + step)
        const { correlation, observations } = correlations.compute(from, to)
        assert.equal(correlation.length, countPairs(from, to, returns.length))
        let at = 0
        for (let a = from; a < to; a += 1)
          for (let b = a + 1; b < returns.length; b += 1, at += 1) {
            const [x, y] = [returns[a] ?? new Float64Array(), returns[b] ?? new Float64Array()]
            const alone = computePearson(x, y)
            assert.equal(observations[at], alone.observations)
            const expected = alone.observations < minimum ? null : alone.correlation
            const found = correlation[at] ?? Number.NaN
            assert.ok(isNear(Number.isNaN(found) ? null : found, expected, 1e-12), `${found} is not ${expected}`)
          }
      }
    }),
    { numRuns: 60 },
  )
})

test('computes a quantile of the sorted values without changing them', () => {
  const values = fc.array(dailyReturn, { minLength: 1, maxLength: 200 }).map((all) => Float64Array.from(all))
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (x, q) => {
      const before = x.slice()
      const sorted = x.toSorted()
      const at = q * (x.length - 1)
      const below = sorted[Math.floor(at)] ?? 0
      const expected = below + ((sorted[Math.ceil(at)] ?? 0) - below) * (at - Math.floor(at))
      assert.ok(isNear(computeQuantile(x, q), expected, 1e-15))
      assert.deepEqual(x, before)
    }),
  )
})
