import { midnightToleranceMs } from '../../contract/day.ts'
import { SourceError } from '../errors.ts'
import { type HistoryBatch, type HistoryGrid, type HistoryPoint, historyGrids } from '../history.ts'
import { priceRange, valueRange } from '../ranges.ts'
import type { RejectedRow, Repair } from '../snapshot.ts'
import { checkNumber, isInstant } from './boundary.ts'

/** The newest point has the time of the request. It counts for a grid time only within this distance. */
const nowToleranceMs = 600_000

type Series = ReadonlyMap<number, unknown>

const isPair = (value: unknown): value is [number, unknown] =>
  Array.isArray(value) && typeof value[0] === 'number' && Number.isFinite(value[0])

/** Values by time in ms. The three arrays of a chart can differ in length, so they are joined by time. */
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
 * Parses a body of `/coins/{id}/market_chart` and aligns its points to the grid of `granularity`. Each grid time takes
 * the nearest point within the tolerance (contract/day.ts), or the earlier of two equally near ones. A displaced point
 * takes the adjacent grid time if that is free. Accepts jittered, unsorted and repeated points, nulls, and arrays of
 * different length. A market cap of 0 becomes null. Invalid points are rejected. An invalid market cap or volume
 * becomes null and is listed in `repairs`. Throws `SourceError` if the body isn't a chart.
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
  const points = alignToGrid(good, { granularity, now }).map(
    ([at, seen, price_usd]): HistoryPoint => ({
      at,
      price_usd,
      market_cap: figure('market_cap', caps.get(seen)) || null,
      volume: figure('volume', volumes.get(seen)),
    }),
  )
  return { source: 'coingecko', received: prices.length, points, rejected, repairs }
}

/** `[grid time, time of the point, price]` in ascending order, one per grid time. */
function alignToGrid(
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
