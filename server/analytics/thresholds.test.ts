import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  canAnnualize,
  explainNoFigures,
  explainNoGrowth,
  explainNotAnnualized,
  toMinReturns,
} from '../../contract/returns.ts'
import { Correlations } from './correlations.ts'
import { computePearson } from './pearson.ts'
import { computeCalmar, computeSharpe, computeSortino } from './ratios.ts'
import { computeReturns } from './returns.ts'
import { computeRisk, type Risk } from './risk.ts'

const year = { periods: 365, riskFreeRate: 0 }

/** A reproducible random walk of closes for each `seed`. */
function wander(days: number, seed = 1): Float64Array {
  const closes = new Float64Array(days).fill(100)
  for (let day = 1; day < days; day += 1)
    closes[day] = (closes[day - 1] ?? 0) * (1 + 0.03 * Math.sin(day * seed * 1.7 + seed))
  return closes
}

/** The series with only the last `returns` daily returns. */
const keep = (closes: Float64Array, returns: number): Float64Array =>
  closes.slice().fill(Number.NaN, 0, closes.length - returns - 1)

const compute = (closes: Float64Array, market = wander(closes.length, 2)): Risk =>
  computeRisk(closes, computeReturns(market), year)

const listKnown = ({ observations: _, ...figures }: Risk): string[] =>
  Object.entries(figures).flatMap(([name, value]) => (value === null ? [] : [name]))

const annualized = ['volatility_annualized', 'sharpe_ratio', 'sortino_ratio']
const growth = ['cagr', 'calmar_ratio']

test('metrics need returns on 80% of the period, rounded up, and at least 5', () => {
  const minima = [1, 5, 6, 7, 30, 31, 90, 180, 365].map(toMinReturns)
  assert.deepEqual(minima, [5, 5, 5, 6, 24, 25, 72, 144, 292])
  for (const period of [5, 6, 7, 30, 90, 365]) {
    const minimum = toMinReturns(period)
    if (minimum < period) assert.notDeepEqual(listKnown(compute(keep(wander(period), minimum))), [], `${period} days`)
    const few = compute(keep(wander(period), minimum - 1))
    assert.deepEqual([few.observations, listKnown(few)], [minimum - 1, []], `${period} days`)
  }
})

test('annualized metrics need 30 returns in any period', () => {
  const known = (period: number, returns: number) => listKnown(compute(keep(wander(period), returns)))
  const daily = listKnown(compute(wander(30)))
  assert.deepEqual(
    ['period_return', 'volatility', 'max_drawdown', 'beta_btc', 'correlation_btc', 'value_at_risk_95'].filter(
      (name) => !daily.includes(name),
    ),
    [],
  )
  assert.deepEqual(known(35, 29).toSorted(), daily.toSorted(), '29 returns')
  assert.deepEqual(known(35, 30).toSorted(), [...daily, ...annualized].toSorted(), '30 returns')
  assert.deepEqual(known(7, 6).toSorted(), daily.toSorted(), 'a week')
})

test('growth and the Calmar ratio need a period of 90 days', () => {
  const below = listKnown(compute(wander(89)))
  const from = listKnown(compute(wander(90)))
  assert.deepEqual(from.toSorted(), [...below, ...growth].toSorted())
  assert.ok(annualized.every((name) => below.includes(name)))
})

test('the period return is from first to last close; growth annualizes it over the days between', () => {
  const doubled = Float64Array.from({ length: 90 }, (_, day) => 50 + (50 * day) / 89)
  const risk = compute(doubled)
  assert.deepEqual([risk.period_return, risk.cagr, risk.max_drawdown], [1, 2 ** (365 / 89) - 1, 0])
  const late = compute(doubled.with(0, Number.NaN).with(89, Number.NaN))
  const [first, last] = [doubled[1] ?? 0, doubled[88] ?? 0]
  assert.deepEqual([late.period_return, late.cagr], [last / first - 1, (last / first) ** (365 / 87) - 1])
  const week = compute(Float64Array.from([10, 20, 5, 8, 9, 30, 40]))
  assert.deepEqual([week.period_return, week.cagr, week.calmar_ratio, week.sharpe_ratio], [3, null, null, null])
  const leap = compute(Float64Array.from({ length: 90 }, (_, day) => (day === 50 ? 1 : 10 ** day)))
  assert.deepEqual([leap.cagr, leap.calmar_ratio], [null, null], 'growth overflows a double')
})

test('beta and correlation need as many shared returns as the period needs returns', () => {
  for (const period of [7, 30, 90]) {
    const [closes, minimum] = [wander(period), toMinReturns(period)]
    const enough = compute(closes, keep(wander(period, 3), minimum))
    assert.ok(enough.beta_btc !== null && enough.correlation_btc !== null, `${period} days, ${minimum} shared`)
    const few = compute(closes, keep(wander(period, 3), minimum - 1))
    assert.deepEqual([few.beta_btc, few.correlation_btc], [null, null], `${period} days, ${minimum - 1} shared`)
    assert.notEqual(few.volatility, null)
  }
})

test('a pair needs the minimum of shared returns, with equal and with different days', () => {
  const minimum = 24
  const correlate = (...series: Float64Array[]) =>
    new Correlations(
      series.map((closes) => computeReturns(closes)),
      minimum,
    ).compute(0, series.length)
  const pair = (returns: number, other: number) => correlate(keep(wander(30), returns), keep(wander(30, 2), other))
  for (const [returns, other, shared] of [
    [24, 24, 24],
    [24, 29, 24],
    [29, 24, 24],
    [23, 23, 23],
    [23, 29, 23],
    [29, 23, 23],
  ] as const) {
    const { correlation, observations } = pair(returns, other)
    assert.equal(observations[0], shared)
    assert.equal(Number.isNaN(correlation[0]), shared < minimum, `${returns} and ${other}`)
  }
})

/** Returns with mean 0 and sample deviation `deviation`. */
const swing = (deviation: number): Float64Array =>
  Float64Array.from({ length: 40 }, (_, day) => (day % 2 === 0 ? 1 : -1) * deviation * Math.sqrt(39 / 40))

test('deviations below 1e-9 give no ratios or correlations', () => {
  const other = Float64Array.from({ length: 40 }, (_, day) => Math.sin(day))
  for (const [deviation, isKnown] of [
    [1.001e-9, true],
    [0.999e-9, false],
  ] as const) {
    const returns = swing(deviation)
    assert.equal(computeSharpe({ mean: 1e-12, deviation }, year) !== null, isKnown)
    assert.equal(computeSortino(1e-12, deviation, year) !== null, isKnown)
    assert.equal(computeCalmar(1e-12, deviation) !== null, isKnown)
    assert.equal(computePearson(returns, other).correlation !== null, isKnown)
    assert.equal(computePearson(returns, other).slope !== null, isKnown)
    assert.equal(computePearson(other, returns).correlation !== null, isKnown)
    assert.notEqual(computePearson(other, returns).slope, null)
    for (const pair of [
      [returns, other],
      [other, returns],
    ])
      assert.equal(Number.isNaN(new Correlations(pair, 5).compute(0, 2).correlation[0]), !isKnown)
  }
  assert.notEqual(computeCalmar(0.1, 1e-9), null, 'exactly the bound')
})

test('reasons state the required and actual values, and are null when sufficient', () => {
  assert.deepEqual(
    [explainNoFigures(5, 7), explainNoFigures(6, 7)],
    ['Needs at least 6 daily returns; this period has 5', null],
  )
  assert.deepEqual(
    [
      explainNotAnnualized(29, 30),
      explainNotAnnualized(30, 31),
      explainNotAnnualized(6, 7),
      explainNotAnnualized(71, 90),
      explainNotAnnualized(72, 90),
    ],
    [
      'Needs at least 30 daily returns; this period has 29',
      null,
      'Needs at least 30 daily returns; this period has 6',
      'Needs at least 72 daily returns; this period has 71',
      null,
    ],
  )
  assert.deepEqual(
    [explainNoGrowth(88, 89), explainNoGrowth(89, 90), explainNoGrowth(71, 90)],
    [
      'Needs a period of at least 90 days; this one has 89',
      null,
      'Needs at least 72 daily returns; this period has 71',
    ],
  )
  assert.deepEqual([canAnnualize(30), canAnnualize(31)], [false, true])
})
