import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { analyticsPeriods } from '../contract/analytics.ts'
import { dayMs, toUtcDay } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { insertCloses } from './candles.ts'
import { createTestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'

const folder = fileURLToPath(new URL('../../shared/history/daily/', import.meta.url))
const skip = !existsSync(folder) && 'no recorded history'
if (skip) process.stderr.write(`\n!!! SKIPPED: no recorded history in ${folder}\n\n`)

/** Closes of a coin by UTC day. */
type Closes = Map<string, number>

function readFolder(name: string, toRow: (cells: string[]) => [string, number]): Map<string, Closes> {
  const coins = new Map<string, Closes>()
  for (const file of readdirSync(folder + name).sort()) {
    const lines = readFileSync(`${folder}${name}/${file}`, 'utf8').trim().split('\n').slice(1)
    const rows = lines.map((line) => toRow(line.split(','))).filter(([, close]) => close > 0)
    coins.set(file.replace('.csv', ''), new Map(rows))
  }
  return coins
}

const read2024 = () =>
  readFolder('coingecko_market_chart_365d_2024', ([at, price]) => [toUtcDay(Number(at)), Number(price)])
const read2015 = () => readFolder('coingecko_2015_2022', ([date = '', price]) => [date.slice(0, 10), Number(price)])

/** Neumaier summation: rounding errors are added at the end. */
function sum(values: number[]): number {
  let [total, lost] = [0, 0]
  for (const value of values) {
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + lost
}

const isRounding = (value: number) => value < 1e-9
const mean = (values: number[]) => sum(values) / values.length

/** The figures by their definitions, day by day. */
function compute(closes: Closes, bitcoin: Closes, { asOf, period }: { asOf: string; period: number }) {
  const days = Array.from({ length: period }, (_, n) => toUtcDay(Date.parse(asOf) - (period - 1 - n) * dayMs))
  const returnOf = (of: Closes, day: string) => {
    const [now, before] = [of.get(day), of.get(toUtcDay(Date.parse(day) - dayMs))]
    return now === undefined || before === undefined ? undefined : now / before - 1
  }
  const listReturns = (of: Closes) =>
    new Map(
      days.slice(1).flatMap((day) => {
        const value = returnOf(of, day)
        return value === undefined ? [] : [[day, value] as const]
      }),
    )
  const own = listReturns(closes)
  const [market, r] = [listReturns(bitcoin), [...own.values()]]
  const observations = r.length
  const isEnough = (count: number) => count >= 5 && count / period >= 0.8
  if (!isEnough(observations)) return { observations, own }
  const isYear = observations >= 30
  const average = mean(r)
  const volatility = Math.sqrt(sum(r.map((value) => (value - average) ** 2)) / (observations - 1))
  const known = days.flatMap((day) => closes.get(day) ?? [])
  const max_drawdown = Math.max(...known.map((close, n) => 1 - close / Math.max(...known.slice(0, n + 1))))
  const there = days.filter((day) => closes.has(day))
  const span = days.indexOf(there.at(-1) ?? '') - days.indexOf(there[0] ?? '')
  const growth = (known.at(-1) ?? 0) / (known[0] ?? 1)
  const cagr = period < 90 ? null : growth ** (365 / span) - 1
  const downside = Math.sqrt(sum(r.filter((value) => value < 0).map((value) => value ** 2)) / observations)
  const sorted = r.toSorted((a, b) => a - b)
  const place = 0.05 * (observations - 1)
  const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  const against = correlate(market, own)
  const best = [...own].reduce((a, b) => (b[1] > a[1] ? b : a))
  const worst = [...own].reduce((a, b) => (b[1] < a[1] ? b : a))
  return {
    own,
    observations,
    period_return: growth - 1,
    cagr,
    volatility,
    volatility_annualized: isYear ? volatility * Math.sqrt(365) : null,
    max_drawdown,
    sharpe_ratio: isYear && !isRounding(volatility) ? (average * 365) / (volatility * Math.sqrt(365)) : null,
    sortino_ratio: isYear && !isRounding(downside) ? (average * 365) / (downside * Math.sqrt(365)) : null,
    calmar_ratio: cagr === null || isRounding(max_drawdown) ? null : cagr / max_drawdown,
    beta_btc: isEnough(against.count) ? against.slope : null,
    correlation_btc: isEnough(against.count) ? against.correlation : null,
    value_at_risk_95: -(low + (high - low) * (place - Math.floor(place))),
    best_day_return: best[1],
    best_day_date: best[0],
    worst_day_return: worst[1],
    worst_day_date: worst[0],
  }
}

function correlate(x: Map<string, number>, y: Map<string, number>) {
  const common = [...x.keys()].filter((day) => y.has(day))
  const [a, b] = [common.map((day) => x.get(day) ?? 0), common.map((day) => y.get(day) ?? 0)]
  const [meanA, meanB] = [mean(a), mean(b)]
  const sxy = sum(a.map((value, n) => (value - meanA) * ((b[n] ?? 0) - meanB)))
  const sxx = sum(a.map((value) => (value - meanA) ** 2))
  const syy = sum(b.map((value) => (value - meanB) ** 2))
  const [stillA, stillB] = [sxx, syy].map((squares) => isRounding(Math.sqrt(squares / (common.length - 1))))
  return {
    count: common.length,
    correlation: stillA || stillB ? null : sxy / Math.sqrt(sxx) / Math.sqrt(syy),
    slope: stillA ? null : sxy / sxx,
  }
}

function assertSame(actual: unknown, expected: unknown, name: string): void {
  if (typeof actual !== 'number' || typeof expected !== 'number') return assert.equal(actual, expected ?? null, name)
  const off = Math.abs(actual - expected) / Math.abs(expected || 1)
  assert.ok(off <= 1e-12, `${name}: ${actual}, by definition ${expected}`)
}

/** Runs the job as of a day, and compares every stored number with its definition. */
async function compare(t: TestContext, coins: Map<string, Closes>, asOf: string) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const listed = Array.from({ length: 365 }, (_, n) => toUtcDay(Date.parse(asOf) - (364 - n) * dayMs))
  await insertCloses(database, {
    last: asOf,
    coins: Object.fromEntries([...coins].map(([id, closes]) => [id, listed.map((day) => closes.get(day) ?? null)])),
  })
  const clock = { ...systemClock, now: () => Date.parse(asOf) + 1.2 * dayMs }
  const { status, error } = await runJob(toJobOptions(database, {}, { clock }), 'compute_analytics')
  assert.equal(status, 'success', error)
  const names = [...coins.keys()]
  let values = 0
  for (const period of analyticsPeriods) {
    const expected = [...coins.values()].map((closes) =>
      compute(closes, coins.get('bitcoin') ?? new Map(), { asOf, period }),
    )
    const { rows } = await database.pool.query(
      'select * from analytics_volatility where period_days = $1 order by coin_id',
      [period],
    )
    assert.equal(rows.length, names.length)
    for (const [n, row] of rows.entries()) {
      const { own: _, ...figures } = expected[n] ?? { own: null }
      const { coin_id: _id, period_days: _days, as_of, is_correlated: _is, ...stored } = row
      assert.equal(as_of, asOf)
      for (const [column, value] of Object.entries(stored)) {
        assertSame(value, figures[column as keyof typeof figures], `${names[n]} ${period} ${column}`)
        if (value !== null) values += 1
      }
    }
    const { rows: pairs } = await database.pool.query('select * from analytics_correlation where period_days = $1', [
      period,
    ])
    assert.equal(pairs.length, (names.length * (names.length - 1)) / 2)
    for (const { coin_a_id: a, coin_b_id: b, correlation, observations } of pairs) {
      const of = (id: number) => expected[id - 1]?.own ?? new Map<string, number>()
      const { count, correlation: wanted } = correlate(of(a), of(b))
      const isEnough = count >= 5 && count / period >= 0.8
      const name = `${names[a - 1]} ${names[b - 1]} ${period}`
      assert.equal(observations, count, name)
      assertSame(correlation, isEnough ? wanted : null, name)
      if (correlation !== null) values += 1
    }
  }
  return values
}

test('matches every definition to 1e-12 for 30 coins of 2024', { skip }, async (t) => {
  const values = await compare(t, read2024(), '2024-08-09')
  assert.ok(values > 30 * 5 * 12, `${values} values`)
})

test('matches every definition for 20 coins of 2022 with gaps, a collapse and a late start', { skip }, async (t) => {
  for (const asOf of ['2016-01-31', '2022-05-31', '2022-09-25']) {
    const values = await compare(t, read2015(), asOf)
    assert.ok(values > 500, `${values} values as of ${asOf}`)
  }
})
