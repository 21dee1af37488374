import { dayMs } from '../../contract/time.ts'
import { type HistoryGrid, historyGrids } from '../history.ts'
import type { Db } from '../warehouse/db.ts'
import { type CoinHistory, extendCoverage, listCoinHistories, listFilledIntervals } from '../warehouse/history.ts'

const order = Object.keys(historyGrids) as HistoryGrid[]

/** History of a coin to fetch: the last `days` at one granularity, of which [from, to) (ms since 1970) is missing. */
export type Gap = {
  coin_id: number
  coingecko_id: string
  granularity: HistoryGrid
  days: number
  from: number
  to: number
}

/**
 * The history missing at `now` (ms since 1970), by coin, best rank first, and granularity: what was never fetched and
 * what snapshots have missed since. Ranges found complete are stored as covered. Hourly gaps ask for at least 2 days,
 * because CoinGecko answers 1 day with 5-minute points.
 */
export async function listGaps(db: Db, now: number): Promise<Gap[]> {
  const coins = await listCoinHistories(db)
  const missing = new Map<string, number>()
  for (const granularity of order) await findMissing(db, { coins, granularity, now, missing })
  return coins.flatMap(({ coin_id, coingecko_id }) =>
    order.flatMap((granularity): Gap[] => {
      const from = missing.get(`${coin_id} ${granularity}`)
      if (from === undefined) return []
      const { days: maxDays } = historyGrids[granularity]
      const days = Math.max(granularity === 'hourly' ? 2 : 1, Math.min(maxDays, Math.ceil((now - from) / dayMs)))
      return [{ coin_id, coingecko_id, granularity, days, from, to: floorTo(granularity, now) }]
    }),
  )
}

const floorTo = (granularity: HistoryGrid, ms: number): number =>
  Math.floor(ms / historyGrids[granularity].spacingMs) * historyGrids[granularity].spacingMs

type Search = { coins: CoinHistory[]; granularity: HistoryGrid; now: number; missing: Map<string, number> }

/** Adds the start of each coin's missing range to `missing`. One query per distinct end of coverage. */
async function findMissing(db: Db, { coins, granularity, now, missing }: Search): Promise<void> {
  const { spacingMs, days } = historyGrids[granularity]
  const oldest = floorTo(granularity, now - days * dayMs) + spacingMs
  const to = floorTo(granularity, now)
  const coveredTo = new Map<number, number[]>()
  for (const { coin_id, covered } of coins) {
    const range = covered[granularity]
    if (range === undefined) missing.set(`${coin_id} ${granularity}`, oldest)
    else if (range.to < to) {
      const from = Math.max(oldest, range.to)
      coveredTo.set(from, [...(coveredTo.get(from) ?? []), coin_id])
    }
  }
  for (const [from, coinIds] of coveredTo) {
    const held = await listFilledIntervals(db, { coinIds, granularity, from, to })
    const complete: number[] = []
    for (const coin_id of coinIds) {
      const gap = firstMissing(held.get(coin_id), { from, to, spacingMs })
      if (gap === undefined) complete.push(coin_id)
      else missing.set(`${coin_id} ${granularity}`, gap)
    }
    if (complete.length > 0) await extendCoverage(db, { coinIds: complete, granularity, from, to })
  }
}

function firstMissing(
  held: ReadonlySet<number> | undefined,
  { from, to, spacingMs }: { from: number; to: number; spacingMs: number },
): number | undefined {
  for (let at = from; at < to; at += spacingMs) if (held?.has(at) !== true) return at
  return undefined
}
