import { type CoinOhlcv, defaultDays, defaultLimit, type OhlcvQuery } from '../../contract/charts.ts'
import { floorToInterval, intervalMs, maxCandles } from '../../contract/intervals.ts'
import { dayMs } from '../../contract/time.ts'
import { AppError } from '../errors.ts'
import { listDailyRange, listShortCandles, listWeeklyRange } from '../warehouse/candle-ranges.ts'
import type { Db } from '../warehouse/db.ts'
import { listIntradayCandles } from '../warehouse/intraday.ts'

type Candles = Pick<CoinOhlcv, 'candles' | 'in_progress' | 'next_cursor'>

function refuse(message: string): never {
  throw new AppError('unprocessable', message)
}

/** The range that a request asks for, in ms since 1970. */
function toRange({ interval, days, limit, from, to, cursor }: OhlcvQuery, now: number): { from: number; to: number } {
  if (from !== undefined || to !== undefined) {
    if (days !== undefined || limit !== undefined) refuse('Use from and to without days and limit.')
    if (from === undefined) refuse('to needs from.')
    const start = Math.max(Date.parse(from), Date.parse(cursor ?? from))
    const range = { from: start, to: to === undefined ? now : Date.parse(to) }
    if (range.from >= range.to) refuse('from must be before to.')
    return range
  }
  if (cursor !== undefined) refuse('cursor needs from.')
  if (interval === '1d') {
    if (limit !== undefined) refuse('limit needs interval 1m, 5m, 15m, 1h, 4h or 1w. Use days with interval=1d.')
    return { from: Math.floor(now / dayMs - (days ?? defaultDays)) * dayMs, to: now }
  }
  if (days !== undefined) refuse(`days needs interval=1d. Use limit with interval=${interval}.`)
  const width = intervalMs[interval]
  return { from: floorToInterval(now, width) - ((limit ?? defaultLimit) - 1) * width, to: now }
}

/** The candles that a request asks for; 422 for a combination without meaning. A long range has pages. */
export async function listOhlcv(db: Db, coinId: number, query: OhlcvQuery): Promise<Candles> {
  const { interval, limit = defaultLimit } = query
  const now = Date.now()
  const { from, to } = toRange(query, now)
  if (interval === '1d') return listDailyRange(db, { coinId, from, to, now })
  if (interval === '1w') return listWeeklyRange(db, { coinId, from, to, now })
  if (interval !== '4h' && query.from === undefined)
    return { candles: await listIntradayCandles(db, { coinId, interval, limit, now }), in_progress: [] }
  const width = intervalMs[interval]
  const first = floorToInterval(from + width - 1, width)
  const end = Math.min(to, first + maxCandles * width)
  const candles = await listShortCandles(db, { coinId, interval, from: first, to: end })
  return { candles, in_progress: [], next_cursor: end < to ? new Date(end).toISOString() : null }
}
