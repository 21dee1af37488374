import { dayMs } from '../../contract/time.ts'
import { listOpenCandles } from './charts.ts'
import { type DayCandle, listDayCandles, listPoints } from './coingecko-charts.ts'
import type { Db } from './db.ts'
import { convertEach } from './rates.ts'

/** A candle. `at`: its end in ms since 1970. */
type Candle = DayCandle
type Query = { coinId: number; from: number; to: number; widthMs: number; code: string }

/**
 * The candles of a coin that start within a range, oldest first; the last one may be in progress. Candles shorter than a day
 * come from observations, longer ones from daily candles. Each starts and ends at a multiple of its width. Candles without an
 * observation are left out. In the currency `code`, by the rates of their moments; those of a daily candle at its end.
 */
export async function listOhlc(db: Db, { coinId, from, to, widthMs, code }: Query): Promise<Candle[]> {
  const start = Math.ceil(from / widthMs) * widthMs
  if (widthMs < dayMs) {
    const points = await listPoints(db, { coinId, from: start, to }, '5m')
    const prices = await convertEach(db, points, {
      code,
      now: Date.now(),
      divide: (point, rate) => ({ ...point, price_usd: point.price_usd / rate }),
    })
    return toCandles(prices, widthMs).filter(({ at }) => at > start && at - widthMs < to)
  }
  const days = await listDays(db, { coinId, from: start, to })
  const divide = ({ at, open, high, low, close }: Candle, rate: number): Candle => ({
    at,
    open: open / rate,
    high: high / rate,
    low: low / rate,
    close: close / rate,
  })
  return mergeDays(await convertEach(db, days, { code, now: Date.now(), divide }), widthMs)
}

/** The daily candles of a range; those in progress are computed when the range reaches today. */
async function listDays(db: Db, { coinId, from, to }: Omit<Query, 'widthMs' | 'code'>): Promise<Candle[]> {
  const stored = await listDayCandles(db, { coinId, from, to })
  const now = Date.now()
  if (to < Math.floor(now / dayMs) * dayMs) return stored
  const open = await listOpenCandles(db, { coinId, now, closed: [] })
  const days = open.map((candle) => ({ ...candle, at: Date.parse(candle.date) + dayMs }))
  return [...stored, ...days.filter(({ at }) => at - dayMs >= from && at - dayMs <= to)]
}

/** Both ends of a candle belong to it (contract/day.ts), so a price at a boundary closes one and opens the next. */
function toCandles(points: readonly { at: number; price_usd: number }[], widthMs: number): Candle[] {
  const candles = new Map<number, Candle>()
  const add = (at: number, price: number) => {
    const held = candles.get(at)
    if (held === undefined) candles.set(at, { at, open: price, high: price, low: price, close: price })
    else {
      held.high = Math.max(held.high, price)
      held.low = Math.min(held.low, price)
      held.close = price
    }
  }
  for (const { at, price_usd } of points) {
    const end = Math.ceil(at / widthMs) * widthMs
    add(end, price_usd)
    if (end === at) add(end + widthMs, price_usd)
  }
  return [...candles.values()]
}

function mergeDays(days: readonly Candle[], widthMs: number): Candle[] {
  const candles = new Map<number, Candle>()
  for (const day of days) {
    const at = Math.ceil(day.at / widthMs) * widthMs
    const held = candles.get(at)
    if (held === undefined) candles.set(at, { at, open: day.open, high: day.high, low: day.low, close: day.close })
    else
      candles.set(at, {
        ...held,
        high: Math.max(held.high, day.high),
        low: Math.min(held.low, day.low),
        close: day.close,
      })
  }
  return [...candles.values()]
}
