import { midnightToleranceMs } from '../../contract/day.ts'
import { SourceError } from '../errors.ts'
import { type HistoryBatch, type HistoryGrid, type HistoryPoint, historyGrids } from '../history.ts'
import { priceRange, valueRange } from '../ranges.ts'
import type { RejectedRow, Repair } from '../snapshot.ts'
import { checkNumber, isInstant } from './boundary.ts'

/** The newest point is "now", whenever that is: it stands for a coarser instant only when it lies close to it. */
const nowToleranceMs = 600_000

type Series = ReadonlyMap<number, unknown>

const isPair = (value: unknown): value is [number, unknown] =>
  Array.isArray(value) && typeof value[0] === 'number' && Number.isFinite(value[0])

/** Values by their ms; the three arrays of a chart can differ in length, and are joined by time. */
function toSeries(value: unknown): Series {
  return new Map((Array.isArray(value) ? value : []).filter(isPair))
}

function findBrokenRule(pair: unknown, now: number): string | null {
  if (!isPair(pair)) return 'point_instant'
  const [at, price] = pair
  if (!isInstant(at, now) || at > now + nowToleranceMs) return 'point_not_in_future'
  const { value, broken } = checkNumber(price, priceRange)
  return value === null ? `price_usd_${broken ?? 'present'}` : null
}

type ChartQuery = { coingecko_id: string; granularity: HistoryGrid; now: number }

/**
 * A body of `/coins/{id}/market_chart` on the grid of `granularity`. A grid instant takes the nearest point within the
 * tolerance of the grid (contract/day.ts), of two the earlier; the other takes the next instant where that is free, so
 * that no point is lost to jitter. Jittered, unsorted and repeated points, nulls, and arrays of unequal length are
 * expected; a market cap of 0 is unknown. Points that break a rule are told apart; a cap or volume that does is null and named.
 * Throws `SourceError` when the body is no chart.
 */
export function parseChart(body: unknown, { coingecko_id, granularity, now }: ChartQuery): HistoryBatch {
  const prices = typeof body === 'object' && body !== null && 'prices' in body ? body.prices : undefined
  if (!Array.isArray(prices))
    throw new SourceError('coingecko', 'broken', 'CoinGecko sent no price chart. Retrying automatically.')
  const { market_caps, total_volumes } = body as Record<string, unknown>
  const [caps, volumes] = [toSeries(market_caps), toSeries(total_volumes)]
  const rejected: RejectedRow[] = []
  const repairs: Repair[] = []
  const figure = (name: string, value: unknown): number | null => {
    const checked = checkNumber(value, valueRange)
    if (checked.broken !== null) repairs.push({ coingecko_id, rule: `${name}_${checked.broken}` })
    return checked.value
  }
  const good: [number, number][] = []
  for (const pair of prices) {
    const rule = findBrokenRule(pair, now)
    if (rule === null) good.push(pair)
    else rejected.push({ coingecko_id, rule, payload: { granularity, point: pair } })
  }
  const points = thin(good, { granularity, now }).map(
    ([at, seen, price_usd]): HistoryPoint => ({
      at,
      price_usd,
      market_cap: figure('market_cap', caps.get(seen)) || null,
      volume: figure('volume', volumes.get(seen)),
    }),
  )
  return { source: 'coingecko', received: prices.length, points, rejected, repairs }
}

/** `[grid instant, instant of the point, price]` in order, one per grid instant. */
function thin(
  pairs: [number, number][],
  { granularity, now }: { granularity: HistoryGrid; now: number },
): [number, number, number][] {
  const { stepMs } = historyGrids[granularity]
  const newest = pairs.reduce((last, [at]) => Math.max(last, at), 0)
  const toNearest = (seen: number) => Math.round(seen / stepMs) * stepMs
  const fits = (seen: number, at: number) => {
    const tolerance = midnightToleranceMs[granularity]
    return at <= now && Math.abs(seen - at) <= (seen === newest ? Math.min(nowToleranceMs, tolerance) : tolerance)
  }
  const taken = new Map<number, [number, number]>()
  const displaced: [number, number][] = []
  for (const point of pairs.sort(([a], [b]) => a - b)) {
    const at = toNearest(point[0])
    if (!fits(point[0], at)) continue
    const held = taken.get(at)
    const isNearer = held === undefined || Math.abs(point[0] - at) < Math.abs(held[0] - at)
    if (isNearer) taken.set(at, point)
    if (held !== undefined && held[0] !== point[0]) displaced.push(isNearer ? held : point)
  }
  for (const point of displaced) {
    const nearest = toNearest(point[0])
    const at = nearest + Math.sign(point[0] - nearest) * stepMs
    if (!taken.has(at) && fits(point[0], at)) taken.set(at, point)
  }
  return [...taken].map(([at, [seen, price]]): [number, number, number] => [at, seen, price]).sort(([a], [b]) => a - b)
}
