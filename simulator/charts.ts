import type { SimulatedCoin } from './coins.ts'
import { hash } from './hash.ts'
import type { Market } from './model.ts'

const daySeconds = 86_400
const ohlcSample = 300

type Point = [ms: number, value: number | null]
export type Chart = { prices: Point[]; market_caps: Point[]; total_volumes: Point[] }

/**
 * The times of `/market_chart` in seconds: 5 min for one day, hours up to 90 days, otherwise UTC midnights. Intraday
 * times have jitter. The last one is now.
 */
function listSeconds(
  coin: SimulatedCoin,
  { now, days, daily }: { now: number; days: number; daily: boolean },
): number[] {
  const step = daily || days > 90 ? daySeconds : days > 1 ? 3600 : 300
  const jitter = (second: number) => (step === daySeconds ? 0 : hash(coin.key, second, 31) % Math.min(40, step / 10))
  const first = Math.max(now - days * daySeconds, coin.born)
  const seconds: number[] = []
  for (let second = Math.ceil(first / step) * step; second + step / 10 < now; second += step)
    seconds.push(second + jitter(second))
  if (step === daySeconds && Math.floor(now / step) * step !== seconds.at(-1))
    seconds.push(Math.floor(now / step) * step)
  return [...seconds, now]
}

/** A chart with the quirks of CoinGecko: nulls and zeros as market caps, a short array, the last two points swapped. */
export function createChart(
  market: Market,
  coin: SimulatedCoin,
  query: { now: number; days: number; daily: boolean },
): Chart {
  const seconds = listSeconds(coin, query)
  const quirk = hash(coin.key, Math.floor(query.now / daySeconds), 32)
  if (query.days <= 1 && quirk % 7 === 0 && seconds.length > 2) seconds.push(...seconds.splice(-2).reverse())
  const unknownUntil = quirk % 11 === 0 ? query.now - (query.days * daySeconds) / 2 : 0
  const capAt = (second: number) => {
    if (hash(coin.key, second, 33) % 199 === 0) return null
    return second < unknownUntil ? 0 : market.capAt(coin, second)
  }
  const points = (valueAt: (second: number) => number | null): Point[] =>
    seconds.map((second) => [second * 1000, valueAt(second)])
  const market_caps = points(capAt)
  return {
    prices: points((second) => market.priceAt(coin, second)),
    market_caps: quirk % 5 === 0 ? market_caps.slice(0, -1) : market_caps,
    total_volumes: points((second) => market.volumeAt(coin, second)),
  }
}

export const ohlcDays = [1, 7, 14, 30, 90, 180, 365]

const candleSeconds = (days: number): number => (days <= 2 ? 1800 : days <= 30 ? 4 * 3600 : 4 * daySeconds)

/** Candles `[close time in ms, open, high, low, close]`. Open and close are the exact prices at those times. */
export function createOhlc(
  market: Market,
  coin: SimulatedCoin,
  { now, days }: { now: number; days: number },
): number[][] {
  const size = candleSeconds(days)
  const candles: number[][] = []
  const first = Math.max(now - days * daySeconds, coin.born)
  for (let start = Math.ceil(first / size) * size; start + size <= now; start += size) {
    const end = start + size
    const range = market.rangeOf(coin, { from: start, to: end, step: Math.max(ohlcSample, size / 48) })
    const open = market.priceAt(coin, start)
    const close = market.priceAt(coin, end)
    if (range !== null && open !== null && close !== null) candles.push([end * 1000, open, range[1], range[0], close])
  }
  return candles
}
