import type { CoinKind } from '../contract/coins.ts'

/** Market data of a coin at one time. In USD, percent or units of the coin. Null: unknown. */
export type Snapshot = {
  coingecko_id: string
  symbol: string
  name: string
  image_url: string | null
  kind: CoinKind
  /** The CoinGecko id of the asset that this coin wraps, stakes or bridges. Null: none. */
  underlying: string | null
  market_cap_rank: number | null
  price_usd: number
  market_cap: number | null
  fully_diluted_valuation: number | null
  volume: number | null
  high_24h: number | null
  low_24h: number | null
  price_change_1h_pct: number | null
  price_change_24h_pct: number | null
  price_change_7d_pct: number | null
  market_cap_change_24h_pct: number | null
  circulating_supply: number | null
  total_supply: number | null
  max_supply: number | null
  ath: number | null
  ath_date: string | null
  atl: number | null
  atl_date: string | null
  source_updated_at: string | null
}

/** A row that broke a rule, as received. */
export type RejectedRow = { coingecko_id: string | null; rule: string; payload: unknown }

/** A broken rule of one value. The value was set to null and its row or point kept. */
export type Repair = { coingecko_id: string; rule: string }

/** One snapshot of all tracked coins, without duplicates. */
export type SnapshotBatch = {
  source: string
  snapshots: Snapshot[]
  rejected: RejectedRow[]
  /** Absent: none. */
  repairs?: Repair[]
  /** Number of dropped duplicate rows. Absent: none. */
  repeated?: number
  /** Number of rows missing on the pages before the last page with coins. Absent: none. */
  gaps?: number
}

const maxExamples = 20

/** Repairs for the details of a run: the number and the first coins per rule. Null: none. */
export function countRepairs(
  repairs: Repair[],
): { repaired: Record<string, number>; repaired_coins: Record<string, string[]> } | null {
  if (repairs.length === 0) return null
  const repaired: Record<string, number> = {}
  const repaired_coins: Record<string, string[]> = {}
  for (const { coingecko_id, rule } of repairs) {
    repaired[rule] = (repaired[rule] ?? 0) + 1
    const coins = repaired_coins[rule] ?? []
    if (coins.length < maxExamples && !coins.includes(coingecko_id)) coins.push(coingecko_id)
    repaired_coins[rule] = coins
  }
  return { repaired, repaired_coins }
}
