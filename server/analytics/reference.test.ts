import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Correlations } from './correlations.ts'
import { computeMean, computeMoments, computeQuantile } from './moments.ts'
import { computePearson } from './pearson.ts'
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

const folder = fileURLToPath(new URL('../../../shared/reference/', import.meta.url))
const skip = !existsSync(folder) && 'no published values'
if (skip) process.stderr.write(`\n!!! SKIPPED: no published values in ${folder}\n\n`)
const read = (name: string) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8'))

const isClose = (actual: number | null, expected: number, tolerance: number, what: string): void =>
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, published ${expected}`,
  )

type Series = (number | null)[]
type Parameters = {
  annualization?: number
  window?: number
  cutoff?: number
  required_return?: number
  risk_free_per_period?: number | string
}
type Case = {
  metric: string
  series?: string
  inline_returns?: number[]
  params: Parameters
  expected: null | number | number[] | string
  tolerance: number
}

/** Closes with these returns, starting at 1. A missing return counts as 0. */
const toCloses = (returns: Series): Float64Array => {
  const closes = new Float64Array(returns.length === 0 ? 0 : returns.length + 1).fill(1)
  for (const [day, value] of returns.entries()) closes[day + 1] = (closes[day] ?? 1) * (1 + (value ?? 0))
  return closes
}
const toValues = (returns: Series): Float64Array => dropGaps(Float64Array.from(returns, (value) => value ?? Number.NaN))
const toWindows = (returns: Series, width: number): Series[] =>
  Array.from({ length: returns.length - width + 1 }, (_, start) => returns.slice(start, start + width))

type Compute = (returns: Series, params: Required<Parameters>, all: Record<string, Series>) => number | null | number[]

const annualReturn = (returns: Series, periods: number): number =>
  computeCagr(toCloses(returns).at(-1) ?? Number.NaN, returns.length, { periods })

/** Our equivalent of each published metric. Like the published ones, `returns` include gaps. */
const metrics: Record<string, Compute> = {
  max_drawdown: (returns) => computeMaxDrawdown(toCloses(returns)),
  roll_max_drawdown: (returns, { window }) =>
    toWindows(returns, window).map((part) => computeMaxDrawdown(toCloses(part)) ?? Number.NaN),
  annual_return: (returns, { annualization }) => annualReturn(returns, annualization),
  annual_volatility: (returns, { annualization }) =>
    computeMoments(toValues(returns)).deviation * Math.sqrt(annualization),
  calmar: (returns, { annualization }) =>
    computeCalmar(annualReturn(returns, annualization), computeMaxDrawdown(toCloses(returns)) ?? 0),
  sharpe_ratio: (returns, { annualization, risk_free_per_period: rate }, all) => {
    const benchmark = typeof rate === 'string' ? all[rate] : undefined
    const excess = returns.map((value, day) => (value === null ? null : value - (benchmark?.[day] ?? 0)))
    return computeSharpe(computeMoments(toValues(excess)), { periods: annualization, riskFreeRate: 0 })
  },
  roll_sharpe_ratio: (returns, { window, annualization }) =>
    toWindows(returns, window).map(
      (part) =>
        computeSharpe(computeMoments(toValues(part)), { periods: annualization, riskFreeRate: 0 }) ?? Number.NaN,
    ),
  downside_risk: (returns, { annualization, required_return }) =>
    computeDownside(toValues(returns), required_return) * Math.sqrt(annualization),
  sortino_ratio: (returns, { annualization, required_return }) => {
    const values = toValues(returns)
    const year = { periods: annualization, riskFreeRate: required_return * annualization }
    return computeSortino(computeMean(values), computeDownside(values, required_return), year)
  },
  value_at_risk: (returns, { cutoff }) => -computeValueAtRisk(toValues(returns), 1 - cutoff),
}

test('matches all published values of risk and return', { skip }, () => {
  const { series, cases }: { series: Record<string, Series>; cases: Case[] } = read('empyrical_stats.json')
  const counts: Record<string, number> = {}
  for (const { metric, expected, tolerance, params, ...rest } of cases) {
    const returns = rest.inline_returns ?? series[rest.series ?? ''] ?? []
    const what = `${metric} of ${rest.series ?? returns} ${JSON.stringify(params)}`
    counts[metric] = (counts[metric] ?? 0) + 1
    if (metric === 'cum_returns' || metric === 'cum_returns_final') {
      checkGrowth(returns, [expected].flat() as number[], { tolerance, what })
      continue
    }
    const actual = metrics[metric]?.(returns, params as Required<Parameters>, series)
    assert.ok(actual !== undefined, `${metric} is not covered`)
    if (expected === null || typeof expected === 'string') assert.equal(actual, null, what)
    else {
      const sign = metric.endsWith('max_drawdown') ? -1 : 1
      for (const [index, value] of [expected].flat().entries())
        isClose([actual].flat()[index] ?? null, sign * value, tolerance, what)
    }
  }
  assert.equal(cases.length, 62)
  assert.equal(counts.max_drawdown, 8)
  assert.equal(counts.sortino_ratio, 10)
})

/** Compares published growth: the returns between its points, or a single value for the whole series. */
function checkGrowth(returns: Series, growth: number[], { tolerance, what }: { tolerance: number; what: string }) {
  const closes = Float64Array.from([1, ...growth.map((value) => 1 + value)])
  if (growth.length === 1) isClose((toCloses(returns).at(-1) ?? 0) - 1, growth[0] ?? 0, tolerance, what)
  else
    for (const [day, value] of computeReturns(closes).entries()) isClose(value, returns[day] ?? 0, 2 * tolerance, what)
}

type Certified = { data: number[]; certified_mean: number; certified_sd: number }

/** The exact standard deviation of these doubles, by integer arithmetic: each is a multiple of 2^-52. */
function computeExactDeviation(data: number[]): number {
  const unit = 2n ** 52n
  const values = data.map((value) => BigInt(Math.trunc(value)) * unit + BigInt((value % 1) * 2 ** 52))
  const count = BigInt(values.length)
  const sum = values.reduce((total, value) => total + value, 0n)
  const squares = values.reduce((total, value) => total + (count * value - sum) ** 2n, 0n)
  const scale = 10n ** 40n
  const variance = (squares * scale) / (count * count * (count - 1n) * unit * unit)
  return Math.sqrt(Number(variance) / 1e40)
}

test('mean and deviation of the NIST sets match certified values to 1e-9 and exact ones to 1e-12', { skip }, () => {
  const { sets }: { sets: Record<string, Certified> } = read('nist_strd_univariate.json')
  assert.equal(Object.keys(sets).length, 8)
  for (const [name, { data, certified_mean, certified_sd }] of Object.entries(sets)) {
    const values = Float64Array.from(data)
    const relative = (actual: number, expected: number) => Math.abs(actual / expected - 1)
    assert.ok(relative(computeMean(values), certified_mean) < 1e-9, name)
    assert.ok(relative(computeMoments(values).deviation, computeExactDeviation(data)) < 1e-12, name)
    const isExact = data.every((value) => Number.isInteger(value))
    const whole = Float64Array.from(data, (value) => Math.round(value * 1e5))
    const deviation = isExact ? computeMoments(values).deviation : computeMoments(whole).deviation / 1e5
    assert.ok(relative(deviation, certified_sd) < 1e-9, `${name}: ${deviation}, certified ${certified_sd}`)
    const byReading = relative(computeExactDeviation(data), certified_sd)
    assert.equal(byReading > 1e-9, name === 'NumAcc4', `effect of rounding to doubles in ${name}: ${byReading}`)
    const asRead = Math.max(1e-9, byReading + 1e-12)
    assert.ok(
      relative(computeMoments(values).deviation, certified_sd) < asRead,
      `${name} ${computeMoments(values).deviation}`,
    )
  }
})

type Quartet = { sets: Record<string, { x: number[]; y: number[]; pearson: number }> }

test("Anscombe's four pairs match the published correlations, alone and among many", { skip }, () => {
  for (const [name, { x, y, pearson }] of Object.entries((read('anscombe_pearson.json') as Quartet).sets)) {
    const [a, b] = [Float64Array.from(x), Float64Array.from(y)]
    isClose(computePearson(a, b).correlation, pearson, 1e-12, name)
    isClose(new Correlations([a, b], 5).compute(0, 2).correlation[0] ?? null, pearson, 1e-12, name)
  }
})

test('interpolates a quantile linearly between its neighbors', () => {
  const values = Float64Array.from([4, 1, 3, 2])
  assert.deepEqual(
    [0, 0.25, 0.5, 1].map((q) => computeQuantile(values, q)),
    [1, 1.75, 2.5, 4],
  )
  assert.ok(Number.isNaN(computeQuantile(new Float64Array(), 0.5)))
})
