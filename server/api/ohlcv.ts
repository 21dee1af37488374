import { type CoinOhlcv, defaultDays, defaultLimit, type OhlcvQuery } from '../../contract/charts.ts'
import { floorToInterval, type Interval, intervalMs, maxCandles } from '../../contract/intervals.ts'
import { dayMs } from '../../contract/time.ts'
import { AppError } from '../errors.ts'
import { listDailyRange, listShortCandles, listWeeklyRange } from '../warehouse/candle-ranges.ts'
import type { Db } from '../warehouse/db.ts'
import { findShownMarket, listExchangeCandles, type ShownMarket } from '../warehouse/exchange-ohlcv.ts'
import { listIntradayCandles } from '../warehouse/intraday.ts'

type Candle = CoinOhlcv['candles'][number]
type Candles = Pick<CoinOhlcv, 'candles' | 'in_progress' | 'next_cursor'>
type Sourced = Candles & Pick<CoinOhlcv, 'source' | 'market' | 'continued_at'>
/** In ms since 1970. */
type Range = { from: number; to: number; now: number }

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

/** The candles of snapshots and of the live stream. */
async function listOwn(db: Db, coinId: number, query: OhlcvQuery, { from, to, now }: Range): Promise<Candles> {
  const { interval, limit = defaultLimit } = query
  if (interval === '1d') return listDailyRange(db, { coinId, from, to, now })
  if (interval === '1w') return listWeeklyRange(db, { coinId, from, to, now })
  if (interval !== '4h' && query.from === undefined)
    return { candles: await listIntradayCandles(db, { coinId, interval, limit, now }), in_progress: [] }
  const { first, end } = toPage(interval, { from, to })
  const candles = await listShortCandles(db, { coinId, interval, from: first, to: end })
  return { candles, in_progress: [], next_cursor: end < to ? new Date(end).toISOString() : null }
}

/** The openings of the first page of a range, in ms since 1970. */
function toPage(interval: Interval, { from, to }: Pick<Range, 'from' | 'to'>): { first: number; end: number } {
  const width = intervalMs[interval]
  const first = floorToInterval(from + width - 1, width)
  return { first, end: width < dayMs ? Math.min(to, first + maxCandles * width) : to }
}

const toOpening = ({ timestamp }: Candle): number => Date.parse(timestamp)
/** Volumes of all markets don't compare with those of one. */
const withoutVolume = (candle: Candle): Candle => ({ ...candle, volume: null })

/** The candles of the exchange, and those of our own after them. */
function continueWith(own: Candles, shown: ShownMarket, exchange: Candle[], interval: Interval): Sourced {
  const last = exchange.at(-1)
  const end = last === undefined ? 0 : toOpening(last) + intervalMs[interval]
  const isAfter = (candle: Candle) => toOpening(candle) >= end
  const [newer, in_progress] = [own.candles.filter(isAfter), own.in_progress.filter(isAfter)].map((candles) =>
    candles.map(withoutVolume),
  ) as [Candle[], Candle[]]
  const { exchange: source, symbol: market } = shown
  const continued_at = [...newer, ...in_progress][0]?.timestamp ?? null
  return { ...own, source, market, continued_at, candles: [...exchange, ...newer], in_progress }
}

/** Weeks that the exchange has not completed are of our own days. */
const isClosed = (candle: Candle, interval: Interval, shown: ShownMarket): boolean =>
  toOpening(candle) + intervalMs[interval] <= shown.to

/**
 * The candles that a request asks for; 422 for a combination without meaning. A long range has pages. By default those of
 * an exchange, if they reach back at least as far as our own.
 */
export async function listOhlcv(db: Db, coinId: number, query: OhlcvQuery): Promise<Sourced> {
  const { interval, source = 'auto' } = query
  const now = Date.now()
  const range = { ...toRange(query, now), now }
  const own = await listOwn(db, coinId, query, range)
  const ours: Sourced = {
    ...own,
    source: intervalMs[interval] < dayMs ? 'stream' : 'coingecko',
    market: null,
    continued_at: null,
  }
  if (source === 'coingecko') return ours
  const shown = await findShownMarket(db, { coinId, interval })
  if (shown === undefined)
    return source === 'auto' ? ours : { ...ours, source: 'exchange', candles: [], in_progress: [] }
  const { first, end } = toPage(interval, range)
  const listed = await listExchangeCandles(db, { coinId, marketId: shown.market_id, interval, from: first, to: end })
  const exchange = listed.filter((candle) => isClosed(candle, interval, shown))
  const [oldest, ownOldest] = [exchange[0], own.candles[0] ?? own.in_progress[0]]
  if (source === 'exchange') return continueWith({ ...own, candles: [], in_progress: [] }, shown, exchange, interval)
  const isAsDeep = oldest !== undefined && (ownOldest === undefined || toOpening(oldest) <= toOpening(ownOldest))
  if (!isAsDeep) return ours
  const joined = continueWith(own, shown, exchange, interval)
  return query.from === undefined && query.limit !== undefined
    ? { ...joined, candles: joined.candles.slice(-query.limit) }
    : joined
}
