import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBar, toCandleSlots } from './bars.ts'
import { atr, bollinger, ema, macd, type Ohlcv, obv, rsi, sma, type Values, vwap } from './indicators.ts'
import { computeStudies, formatStudies, parseStudies, toWarmup } from './studies.ts'

const round = (values: Values, decimals: number) =>
  values.map((value) => (value === null ? null : Number(value.toFixed(decimals))))
const known = (values: Values, decimals: number) => round(values, decimals).filter((value) => value !== null)
const flat = (close: number, volume: number | null = null): Ohlcv => ({
  open: close,
  high: close,
  low: close,
  close,
  volume,
})

/** Worked example of the RSI in StockCharts ChartSchool, QQQQ closes, with its published results. */
const wilderCloses = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328, 45.614,
  46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548,
  44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
]
const wilderRsi = [
  70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87, 45.46, 37.3,
  33.08, 37.77,
]

/** Worked example of the moving averages in StockCharts ChartSchool, INTC closes, with its published 10-day results. */
const intel = [
  22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38, 22.61, 23.36, 24.05, 23.75,
  23.83, 23.95, 23.63, 23.82, 23.87, 23.65, 23.19, 23.1, 23.33, 22.68, 23.1, 22.4, 22.17,
]
const intelSma = [
  22.22, 22.21, 22.23, 22.26, 22.31, 22.42, 22.61, 22.77, 22.91, 23.08, 23.21, 23.38, 23.53, 23.65, 23.71, 23.69, 23.61,
  23.51, 23.43, 23.28, 23.13,
]
const intelEma = [
  22.22, 22.21, 22.24, 22.27, 22.33, 22.52, 22.8, 22.97, 23.13, 23.28, 23.34, 23.43, 23.51, 23.54, 23.47, 23.4, 23.39,
  23.26, 23.23, 23.08, 22.92,
]

test('moving averages equal the published 10-day example', () => {
  const isNear = (values: number[], published: number[]) => {
    assert.equal(values.length, published.length)
    // The published closes are rounded to cents.
    for (const [index, value] of values.entries())
      assert.ok(Math.abs(value - (published[index] ?? 0)) < 0.011, `${index}`)
  }
  isNear(known(sma(intel, 10), 4), intelSma)
  isNear(known(ema(intel, 10), 4), intelEma)
  assert.deepEqual(sma(intel, 10).slice(0, 9), new Array(9).fill(null))
})

test("RSI equals Wilder's published example of 14 periods", () => {
  assert.deepEqual(known(rsi(wilderCloses, 14), 2), wilderRsi)
  assert.equal(
    rsi(wilderCloses, 14).findIndex((value) => value !== null),
    14,
  )
  assert.deepEqual(rsi([1, 2, 3, 4], 2), [null, null, 100, 100])
  assert.deepEqual(rsi([3, 3, 3, 3], 2), [null, null, 50, 50], 'no move at all is neutral')
})

test('Bollinger bands use the population deviation', () => {
  // 2, 4, 4, 4, 5, 5, 7, 9: the textbook series with mean 5 and population standard deviation 2.
  const { middle, upper, lower } = bollinger([2, 4, 4, 4, 5, 5, 7, 9], 8, 2)
  assert.deepEqual([middle.at(-1), upper.at(-1), lower.at(-1)], [5, 9, 1])
})

test('MACD is the difference of two EMAs, and its signal an EMA of that', () => {
  const { macd: line, signal, histogram } = macd(intel, { fast: 3, slow: 6, signal: 4 })
  const [fast, slow] = [ema(intel, 3), ema(intel, 6)]
  assert.deepEqual(
    line,
    intel.map((_, index) => (index < 5 ? null : Number(fast[index]) - Number(slow[index]))),
  )
  assert.deepEqual(signal.slice(8), ema(line.slice(5).map(Number), 4).slice(3))
  assert.deepEqual([signal[7], histogram[7]], [null, null])
  assert.equal(histogram.at(-1), Number(line.at(-1)) - Number(signal.at(-1)))
})

test("ATR smooths true ranges, gaps included, as Wilder's does", () => {
  const candles = [
    { open: 10, high: 12, low: 9, close: 11, volume: null },
    { open: 15, high: 16, low: 14, close: 15, volume: null },
    { open: 10, high: 11, low: 8, close: 9, volume: null },
    { open: 9, high: 10, low: 9, close: 10, volume: null },
  ]
  // True ranges 3, 5 (16 to the close of 11), 7 (8 to the close of 15) and 1.
  assert.deepEqual(round(atr(candles, 3), 12), round([null, null, 5, (5 * 2 + 1) / 3], 12))
})

test('OBV and VWAP follow the volume, and are unknown without it', () => {
  // Worked example of OBV in StockCharts ChartSchool, its first ten days.
  const closes = [53.26, 53.3, 53.32, 53.72, 54.19, 53.92, 54.65, 54.6, 54.21, 54.53]
  const volumes = [0, 8200, 8100, 8300, 8900, 9200, 13_300, 10_300, 9900, 10_100]
  assert.deepEqual(
    obv(closes.map((close, index) => flat(close, volumes[index] ?? 0))),
    [0, 8200, 16_300, 24_600, 33_500, 24_300, 37_600, 27_300, 17_400, 27_500],
  )
  assert.deepEqual(obv(closes.slice(0, 2).map((close) => flat(close))), [null, null])
  assert.deepEqual(vwap([flat(1, 1), flat(4, 3), flat(10, 1)], 2), [null, 13 / 4, 22 / 4])
  assert.deepEqual(vwap([flat(1), flat(4)], 2), [null, null])
})

test('studies keep their slots across gaps, and the URL names them', () => {
  const bar = (day: number, close: number) => toBar({ ...flat(close), samples: 1, change_pct: null }, day * 86_400_000)
  const slots = toCandleSlots([bar(0, 1), bar(1, 3), bar(4, 5)], 86_400_000)
  const [study] = computeStudies(slots, [{ id: 'sma', parameters: [2] }])
  assert.deepEqual(study?.outputs[0]?.values, [null, 2, null, null, 4])
  const choices = parseStudies('ema-50,macd-5,rsi-1,nonsense,bb-20-99')
  assert.equal(formatStudies(choices), 'ema-50,macd-5-26-9,rsi-2,bb-20-10')
  assert.deepEqual(parseStudies(formatStudies(choices)), choices)
  assert.equal(toWarmup(choices), 200)
  assert.deepEqual(parseStudies(''), [])
})
