import { floorToInterval, type Interval, intervalMs, intervals, maxCandles } from '../../../../contract/intervals.ts'
import { dayMs } from '../../../../contract/time.ts'

/** Before the first trade of any coin. */
const beginning = Date.UTC(2009, 0, 3)
const defaultDays = 90
/** Without a chosen interval a range has up to so many candles. */
const comfortable = 400
const minCandles = 4

export type RangeState = { period: string; from: string | null; to: string | null }

/** A range in ms since 1970. `end`: when its last candle opens at the latest, null for now. */
export type Range = { start: number; end: number | null }

const toDay = (text: string | null): number =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN

/** Whether the state names a range of days in order. */
const isCustom = ({ from, to }: RangeState): boolean =>
  toDay(from) <= (to === null ? Number.POSITIVE_INFINITY : toDay(to))

/** The range of a state at `now`: chosen days (UTC, both included), a number of days back, or all. */
export function toRange(state: RangeState, now: number): Range {
  if (isCustom(state)) return { start: toDay(state.from), end: state.to === null ? null : toDay(state.to) + dayMs }
  if (state.period === 'all') return { start: beginning, end: null }
  return { start: now - (Number(state.period) || defaultDays) * dayMs, end: null }
}

/** Text that names the range in URLs of requests, and does not change with the clock. */
export const toRangeKey = (state: RangeState): string =>
  isCustom(state) ? `${state.from}-${state.to ?? 'now'}` : state.period

const countCandles = ({ start, end }: Range, interval: Interval, now: number): number =>
  ((end ?? now) - start) / intervalMs[interval]

/** The intervals with neither too many nor too few candles in a range. */
export function listIntervals(range: Range, now: number): Interval[] {
  const fitting = intervals.filter((interval) => {
    const count = countCandles(range, interval, now)
    return count <= maxCandles && (count >= minCandles || intervalMs[interval] <= dayMs / 24)
  })
  return range.start === beginning ? ['1d', '1w'] : fitting
}

/** The chosen interval where it fits, else the finest with a comfortable number of candles. */
export function toInterval(chosen: Interval | null, range: Range, now: number): Interval {
  const fitting = listIntervals(range, now)
  if (chosen !== null && fitting.includes(chosen)) return chosen
  if (range.start === beginning) return '1d'
  return fitting.find((interval) => countCandles(range, interval, now) <= comfortable) ?? fitting.at(-1) ?? '1d'
}

/** When the first candle of a range opens, and that of the candles before it that feed the indicators. */
export function toOpenings(
  range: Range,
  { interval, warmup, now }: { interval: Interval; warmup: number; now: number },
) {
  const width = intervalMs[interval]
  const first = floorToInterval(range.start, width)
  const latest = floorToInterval(range.end ?? now, width)
  return { first, from: Math.max(first - warmup * width, latest - (maxCandles - 1) * width) }
}
