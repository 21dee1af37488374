import { toMinReturns } from '../contract/returns.ts'
import { computeReturns } from '../server/analytics/returns.ts'
import { computeRisk, type Risk } from '../server/analytics/risk.ts'
import { type Bench, median, timeMs } from './measure.ts'

const coins = 18_000
const days = 365
const rounds = 3
const tolerance = 1e-9
const periods = 365

type Candle = { coin_id: number; date: string; close: number }
type Return = { date: string; day: number; value: number }

/** Deterministic closes of a year of each coin. One coin in 50 lacks some days. */
function simulateCloses(): Float64Array {
  const closes = new Float64Array(coins * days)
  for (let coin = 0, at = 0; coin < coins; coin += 1) {
    let close = 100 + (coin % 7)
    for (let day = 0; day < days; day += 1, at += 1) {
      close *= 1 + 0.02 * Math.sin(day * day * 0.61803) + 0.03 * Math.sin(coin * 12.9898 + day * day * 0.3)
      closes[at] = coin % 50 === 7 && (day + coin) % 80 < 3 ? Number.NaN : close
    }
  }
  return closes
}

const dates = Array.from({ length: days }, (_, day) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10))
const positions = new Map(dates.map((date, day) => [date, day]))

const toCandles = (closes: Float64Array): Candle[] =>
  Array.from(closes, (close, at) => ({ coin_id: Math.floor(at / days), date: dates[at % days] ?? '', close })).filter(
    ({ close }) => !Number.isNaN(close),
  )

function computeTyped(closes: Float64Array): Risk[] {
  const toCoin = (coin: number) => closes.subarray(coin * days, (coin + 1) * days)
  const market = computeReturns(toCoin(0))
  return Array.from({ length: coins }, (_, coin) => computeRisk(toCoin(coin), market, { periods, riskFreeRate: 0 }))
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
const toMean = (values: number[]): number => sum(values) / values.length
const toDeviation = (values: number[], mean: number): number =>
  Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1))

/** The return of each candle whose previous candle is of the day before. */
const toReturns = (candles: Candle[]): Return[] =>
  candles.flatMap(({ date, close }, index) => {
    const day = positions.get(date) ?? 0
    const before = candles[index - 1]
    return before !== undefined && positions.get(before.date) === day - 1
      ? [{ date, day, value: close / before.close - 1 }]
      : []
  })

function toFall(candles: Candle[]): number {
  let peak = 0
  return candles.reduce((worst, { close }) => {
    peak = Math.max(peak, close)
    return Math.max(worst, 1 - close / peak)
  }, 0)
}

function toQuantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const [below = 0, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return below + (above - below) * (at - Math.floor(at))
}

function compareToMarket(returns: Return[], market: Map<string, number>) {
  const pairs = returns.flatMap(({ date, value }) => {
    const other = market.get(date)
    return other === undefined ? [] : [{ x: other, y: value }]
  })
  const [meanX, meanY] = [toMean(pairs.map(({ x }) => x)), toMean(pairs.map(({ y }) => y))]
  const sxy = sum(pairs.map(({ x, y }) => (x - meanX) * (y - meanY)))
  const sxx = sum(pairs.map(({ x }) => (x - meanX) ** 2))
  const syy = sum(pairs.map(({ y }) => (y - meanY) ** 2))
  return { beta_btc: sxy / sxx, correlation_btc: sxy / Math.sqrt(sxx * syy) }
}

/** The figures of one coin by their definitions. */
function computeFigures(candles: Candle[], market: Map<string, number>): Risk {
  const returns = toReturns(candles)
  const values = returns.map(({ value }) => value)
  const mean = toMean(values)
  const volatility = toDeviation(values, mean)
  const downside = Math.sqrt(toMean(values.map((value) => Math.min(value, 0) ** 2)))
  const max_drawdown = toFall(candles)
  const [first, last] = [candles[0] as Candle, candles.at(-1) as Candle]
  const steps = (positions.get(last.date) ?? 0) - (positions.get(first.date) ?? 0)
  const growth = last.close / first.close
  const cagr = growth ** (periods / steps) - 1
  const best = returns.reduce((most, one) => (one.value > most.value ? one : most))
  const worst = returns.reduce((least, one) => (one.value < least.value ? one : least))
  return {
    observations: values.length,
    period_return: growth - 1,
    cagr,
    volatility,
    volatility_annualized: volatility * Math.sqrt(periods),
    max_drawdown,
    sharpe_ratio: (mean * periods) / (volatility * Math.sqrt(periods)),
    sortino_ratio: (mean * periods) / (downside * Math.sqrt(periods)),
    calmar_ratio: cagr / max_drawdown,
    ...compareToMarket(returns, market),
    value_at_risk_95: -toQuantile(values, 1 - 0.95),
    best_day_return: best.value,
    best_day: best.day,
    worst_day_return: worst.value,
    worst_day: worst.day,
  }
}

function computeByRows(candles: Candle[]): Risk[] {
  const byCoin = Map.groupBy(candles, ({ coin_id }) => coin_id)
  const market = new Map(toReturns(byCoin.get(0) ?? []).map(({ date, value }) => [date, value]))
  return [...byCoin.values()].map((ofCoin) => computeFigures(ofCoin, market))
}

function compare(ours: Risk[], theirs: Risk[]): void {
  for (const [coin, risk] of ours.entries())
    for (const [name, value] of Object.entries(risk)) {
      const other = theirs[coin]?.[name as keyof Risk] ?? Number.NaN
      const isSame = Math.abs((value ?? Number.NaN) - other) <= tolerance * Math.max(1, Math.abs(other))
      if (!isSame || risk.observations < toMinReturns(days)) throw new Error(`coin ${coin}: ${name} ${value}, ${other}`)
    }
}

/**
 * All figures of 18,000 coins over 365 days from typed arrays, against the same from row objects, grouped, mapped and
 * reduced. Both must agree to 1e-9. Ours runs before the rows exist, because garbage collection would traverse them.
 */
export const bench: Bench = async () => {
  const closes = simulateCloses()
  const times: Record<'typed' | 'rows', number[]> = { typed: [], rows: [] }
  let ours: Risk[] = []
  for (let round = 0; round < rounds; round += 1)
    times.typed.push(await timeMs(async () => (ours = computeTyped(closes))))
  const candles = toCandles(closes)
  for (let round = 0; round < rounds; round += 1) {
    let theirs: Risk[] = []
    times.rows.push(await timeMs(async () => (theirs = computeByRows(candles))))
    compare(ours, theirs)
  }
  const [ours_ms, rows_ms] = [median(times.typed), median(times.rows)]
  return {
    ratio: ours_ms / rows_ms,
    limit: 1 / 8,
    times_rows: rows_ms / ours_ms,
    ours_ms,
    rows_ms,
    rows: candles.length,
  }
}
