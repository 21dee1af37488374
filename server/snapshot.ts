import type { CoinKind } from '../contract/coins.ts'

/** What an upstream says of one coin at one moment. USD, percent, units of the coin; null: not known. */
export type Snapshot = {
  coingecko_id: string
  symbol: string
  name: string
  image_url: string | null
  kind: CoinKind
  /** The CoinGecko id of the asset that this is a wrapped, staked or bridged form of; null for an asset of its own. */
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

/** A row that broke a rule, as it was received. */
export type RejectedRow = { coingecko_id: string | null; rule: string; payload: unknown }

/** A rule that a figure of a coin broke, which is null since; its row or point was kept. */
export type Repair = { coingecko_id: string; rule: string }

/** One reading of the whole tracked universe; no coin is in it twice. */
export type SnapshotBatch = {
  source: string
  snapshots: Snapshot[]
  rejected: RejectedRow[]
  /** Absent: none. */
  repairs?: Repair[]
  /** How many rows named a coin that was there already; absent: none. */
  repeated?: number
  /** How many rows its pages lacked before the last one that brought coins; absent: none. */
  gaps?: number
}

const maxExamples = 20

/** Repairs as the details of a run: how many by rule, and the first coins of each. Null when there were none. */
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
