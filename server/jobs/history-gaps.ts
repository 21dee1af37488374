import { dayMs } from '../../contract/time.ts'
import { type HistoryGrid, historyGrids } from '../history.ts'
import type { Db } from '../warehouse/db.ts'
import { type CoinHistory, extendCoverage, listCoinHistories, listFilledIntervals } from '../warehouse/history.ts'

/** Coins per statement, so that none takes long. */
const coinsPerBatch = 250

/**
 * History of a coin to fetch: the last `days` at one granularity, of which [from, to) is missing and [since, from) is
 * complete (ms since 1970).
 */
export type Gap = {
  coin_id: number
  coingecko_id: string
  granularity: HistoryGrid
  days: number
  since: number
  from: number
  to: number
  /** The id of the backfill request that it is a part of, which also ends at `to`, included. */
  request?: number
}

/** The days to ask the source for. CoinGecko answers 1 day with 5-minute points, so hourly ones need at least 2. */
export const countDays = (
  granularity: HistoryGrid,
  { maxDays, from, now }: { maxDays: number; from: number; now: number },
): number => Math.max(granularity === 'hourly' ? 2 : 1, Math.min(maxDays, Math.ceil((now - from) / dayMs)))

/** How much history to keep complete: the last `days` of the `coins` largest coins (0: of all). */
export type HistoryBounds = { days: number; coins: number }

/** A grid to search at an instant: its interval and days, and the range [oldest, to) to keep complete (ms since 1970). */
type Search = { granularity: HistoryGrid; spacingMs: number; days: number; oldest: number; to: number }

/**
 * The history missing at `now` (ms since 1970), by coin, best rank first, and granularity: what was never fetched and
 * what snapshots have missed since. Ranges found complete are stored as covered.
 */
export async function listGaps(db: Db, { now, days, coins: limit }: HistoryBounds & { now: number }): Promise<Gap[]> {
  const searches = toSearches(now, days)
  const coins = await listCoinHistories(db, { limit })
  const gaps: Gap[] = []
  for (let start = 0; start < coins.length; start += coinsPerBatch) {
    const batch = coins.slice(start, start + coinsPerBatch)
    const missing: Missing = new Map()
    for (const search of searches) await findMissing(db, batch, { search, missing })
    for (const { coin_id, coingecko_id } of batch)
      for (const { granularity, days: maxDays, to } of searches) {
        const found = missing.get(`${coin_id} ${granularity}`)
        if (found === undefined) continue
        const { since, from } = found
        const days = countDays(granularity, { maxDays, from, now })
        gaps.push({ coin_id, coingecko_id, granularity, days, since, from, to })
      }
  }
  return gaps
}

/** What is missing, by coin and granularity: since when it was searched and from when on it is missing. */
type Missing = Map<string, { since: number; from: number }>

/** The grids for the last `days`, from fine to coarse, without those whose days a finer one covers. */
function toSearches(now: number, days: number): Search[] {
  const searches: Search[] = []
  for (const granularity of Object.keys(historyGrids) as HistoryGrid[]) {
    if ((searches.at(-1)?.days ?? 0) >= days) break
    const { spacingMs, days: maxDays } = historyGrids[granularity]
    const floor = (ms: number) => Math.floor(ms / spacingMs) * spacingMs
    const kept = Math.min(maxDays, days)
    searches.push({ granularity, spacingMs, days: kept, oldest: floor(now - kept * dayMs) + spacingMs, to: floor(now) })
  }
  return searches
}

/** Adds what is missing of each coin to `missing`. Coverage that begins late is of a time with fewer days. */
async function findMissing(
  db: Db,
  coins: CoinHistory[],
  { search, missing }: { search: Search; missing: Missing },
): Promise<void> {
  const { granularity, spacingMs, oldest, to } = search
  const since = new Map<number, number>()
  for (const { coin_id, covered } of coins) {
    const range = covered[granularity]
    if (range === undefined || range.from > oldest)
      missing.set(`${coin_id} ${granularity}`, { since: oldest, from: oldest })
    else if (range.to < to) since.set(coin_id, Math.max(oldest, range.to))
  }
  if (since.size === 0) return
  const held = await listFilledIntervals(db, { since, granularity, to })
  const complete = new Map<number, number[]>()
  for (const [coin_id, from] of since) {
    const gap = firstMissing(held.get(coin_id), { from, to, spacingMs })
    if (gap === undefined) complete.set(from, [...(complete.get(from) ?? []), coin_id])
    else missing.set(`${coin_id} ${granularity}`, { since: from, from: gap })
  }
  for (const [from, coinIds] of complete) await extendCoverage(db, { coinIds, granularity, from, to })
}

function firstMissing(
  held: ReadonlySet<number> | undefined,
  { from, to, spacingMs }: { from: number; to: number; spacingMs: number },
): number | undefined {
  for (let at = from; at < to; at += spacingMs) if (held?.has(at) !== true) return at
  return undefined
}
