/** One value per candle, null where too few candles came before. */
export type Values = (number | null)[]

export type Ohlcv = { open: number; high: number; low: number; close: number; volume: number | null }

const fill = (length: number): Values => new Array<number | null>(length).fill(null)

/** Simple moving average of the last `period` values. */
export function sma(values: readonly number[], period: number): Values {
  const result = fill(values.length)
  let sum = 0
  for (const [index, value] of values.entries()) {
    sum += value - (index >= period ? (values[index - period] ?? 0) : 0)
    if (index >= period - 1) result[index] = sum / period
  }
  return result
}

/** Moving average where each new value weighs `weight`; it starts as the mean of the first `period` values. */
function smooth(values: readonly number[], period: number, weight: number): Values {
  const result = fill(values.length)
  let [average, sum] = [0, 0]
  for (const [index, value] of values.entries()) {
    if (index < period) sum += value
    if (index < period - 1) continue
    average = index === period - 1 ? sum / period : average + weight * (value - average)
    result[index] = average
  }
  return result
}

/** Exponential moving average: weight 2 / (period + 1). */
export const ema = (values: readonly number[], period: number): Values => smooth(values, period, 2 / (period + 1))

/** Wilder's smoothing: weight 1 / period. */
const wilder = (values: readonly number[], period: number): Values => smooth(values, period, 1 / period)

/** Bollinger bands: the SMA, and it plus and minus `width` population standard deviations. */
export function bollinger(values: readonly number[], period: number, width: number) {
  const middle = sma(values, period)
  const [upper, lower] = [fill(values.length), fill(values.length)]
  for (const [index, mean] of middle.entries()) {
    if (mean === null) continue
    let squares = 0
    for (let at = index - period + 1; at <= index; at += 1) squares += ((values[at] ?? 0) - mean) ** 2
    const deviation = width * Math.sqrt(squares / period)
    upper[index] = mean + deviation
    lower[index] = mean - deviation
  }
  return { middle, upper, lower }
}

/** Typical prices, (high + low + close) / 3, of the last `period` candles, weighted by volume; null without volume. */
export function vwap(candles: readonly Ohlcv[], period: number): Values {
  const result = fill(candles.length)
  for (let index = period - 1; index < candles.length; index += 1) {
    let [traded, weight] = [0, 0]
    for (let at = index - period + 1; at <= index; at += 1) {
      const candle = candles[at]
      if (candle === undefined) continue
      traded += (candle.volume ?? 0) * ((candle.high + candle.low + candle.close) / 3)
      weight += candle.volume ?? 0
    }
    result[index] = weight > 0 ? traded / weight : null
  }
  return result
}

/** Relative strength index, 0 to 100, by Wilder: 100 - 100 / (1 + average gain / average loss). */
export function rsi(values: readonly number[], period: number): Values {
  const moves = values.slice(1).map((value, index) => value - (values[index] ?? value))
  const gains = wilder(
    moves.map((move) => Math.max(move, 0)),
    period,
  )
  const losses = wilder(
    moves.map((move) => Math.max(-move, 0)),
    period,
  )
  const toIndex = (gain: number, loss: number) => (gain + loss === 0 ? 50 : (100 * gain) / (gain + loss))
  const result = gains.map((gain, index) => {
    const loss = losses[index]
    return gain === null || loss === null || loss === undefined ? null : toIndex(gain, loss)
  })
  return [null, ...result].slice(0, values.length)
}

/** The fast EMA minus the slow one, the EMA of that difference as signal, and the difference minus its signal. */
export function macd(
  values: readonly number[],
  { fast, slow, signal }: { fast: number; slow: number; signal: number },
) {
  const [quick, late] = [ema(values, fast), ema(values, slow)]
  const difference = quick.map((value, index) => {
    const other = late[index] ?? null
    return value === null || other === null ? null : value - other
  })
  const start = difference.findIndex((value) => value !== null)
  const known = start === -1 ? [] : difference.slice(start).map(Number)
  const line: Values = [...fill(values.length - known.length), ...ema(known, signal)]
  const histogram = difference.map((value, index) => {
    const other = line[index] ?? null
    return value === null || other === null ? null : value - other
  })
  return { macd: difference, signal: line, histogram }
}

/** Average true range by Wilder. The true range spans the candle and the close before it. */
export function atr(candles: readonly Ohlcv[], period: number): Values {
  const ranges = candles.map(({ high, low }, index) => {
    const before = candles[index - 1]?.close
    return before === undefined ? high - low : Math.max(high, before) - Math.min(low, before)
  })
  return wilder(ranges, period)
}

/** On-balance volume: the volume of rising closes minus that of falling ones, from 0; null before the first volume. */
export function obv(candles: readonly Ohlcv[]): Values {
  let sum = 0
  let isKnown = false
  return candles.map(({ close, volume }, index) => {
    const before = candles[index - 1]?.close
    if (volume !== null) isKnown = true
    if (before !== undefined) sum += Math.sign(close - before) * (volume ?? 0)
    return isKnown ? sum : null
  })
}
