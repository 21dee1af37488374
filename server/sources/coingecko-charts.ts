import { SourceError } from '../errors.ts'
import { type Granularity, granularities, type HistoryBatch, type HistoryPoint } from '../history.ts'
import type { RejectedRow } from '../snapshot.ts'

/** How far from its grid instant a point may lie to stand for it. Hours are told up to half an hour late. */
const toleranceMs: Readonly<Record<Granularity, number>> = { '10min': 240_000, hourly: 1_800_000, daily: 3_600_000 }

/** The newest point is "now", whenever that is: it stands for a coarser instant only when it lies close to it. */
const nowToleranceMs = 600_000

type Series = ReadonlyMap<number, unknown>

const isPair = (value: unknown): value is [number, unknown] =>
  Array.isArray(value) && typeof value[0] === 'number' && Number.isFinite(value[0])

/** Values by their ms; the three arrays of a chart can differ in length, and are joined by time. */
function toSeries(value: unknown): Series {
  return new Map((Array.isArray(value) ? value : []).filter(isPair))
}

const knownCap = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null

const knownVolume = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null

function findBrokenRule(pair: unknown, now: number): string | null {
  if (!isPair(pair)) return 'point_instant'
  const [at, price] = pair
  if (at > now + nowToleranceMs || at < 0) return 'point_not_in_future'
  if (price === null || price === undefined) return 'price_usd_present'
  if (typeof price !== 'number') return 'price_usd_number'
  if (!Number.isFinite(price)) return 'price_usd_finite'
  return price > 0 ? null : 'price_usd_positive'
}

type ChartQuery = { coingecko_id: string; granularity: Granularity; now: number }

/**
 * A body of `/coins/{id}/market_chart` on the grid of `granularity`: of the points near a grid instant the nearest, the
 * earlier of two. Jittered, unsorted and repeated points, nulls, and arrays of unequal length are expected; a market
 * cap of 0 is unknown. Points that break a rule are told apart. Throws `SourceError` when the body is no chart.
 */
export function parseChart(body: unknown, { coingecko_id, granularity, now }: ChartQuery): HistoryBatch {
  const prices = typeof body === 'object' && body !== null && 'prices' in body ? body.prices : undefined
  if (!Array.isArray(prices))
    throw new SourceError('coingecko', 'broken', 'CoinGecko sent no chart of prices: it will be asked again later')
  const { market_caps, total_volumes } = body as Record<string, unknown>
  const [caps, volumes] = [toSeries(market_caps), toSeries(total_volumes)]
  const rejected: RejectedRow[] = []
  const good: [number, number][] = []
  for (const pair of prices) {
    const rule = findBrokenRule(pair, now)
    if (rule === null) good.push(pair)
    else rejected.push({ coingecko_id, rule, payload: { granularity, point: toJson(pair) } })
  }
  const points = thin(good, { granularity, now }).map(
    ([at, seen, price_usd]): HistoryPoint => ({
      at,
      price_usd,
      market_cap: knownCap(caps.get(seen)),
      volume: knownVolume(volumes.get(seen)),
    }),
  )
  return { source: 'coingecko', received: prices.length, points, rejected }
}

/** JSON has no infinity: `1e400` would be kept as null. */
const toJson = (pair: unknown): unknown =>
  Array.isArray(pair)
    ? pair.map((part) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part))
    : pair

/** `[grid instant, instant of the point, price]` in order, one per grid instant. */
function thin(
  pairs: [number, number][],
  { granularity, now }: { granularity: Granularity; now: number },
): [number, number, number][] {
  const { stepMs } = granularities[granularity]
  const newest = pairs.reduce((last, [at]) => Math.max(last, at), 0)
  const best = new Map<number, [number, number, number]>()
  for (const [seen, price] of pairs.sort(([a], [b]) => a - b)) {
    const at = Math.round(seen / stepMs) * stepMs
    const distance = Math.abs(seen - at)
    const tolerance = seen === newest ? Math.min(nowToleranceMs, toleranceMs[granularity]) : toleranceMs[granularity]
    if (at > now || distance > tolerance) continue
    const held = best.get(at)
    if (held === undefined || distance < Math.abs(held[1] - at)) best.set(at, [at, seen, price])
  }
  return [...best.values()].sort(([a], [b]) => a - b)
}
