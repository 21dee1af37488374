import type { Prices } from '../../contract/live.ts'
import type { Granularity, HistoryBatch } from '../history.ts'
import type { SnapshotBatch } from '../snapshot.ts'

/** An upstream that can be asked for the latest figures of the `top` coins by market cap. Throws `SourceError`. */
export type SnapshotSource = {
  fetchSnapshots(top: number, signal: AbortSignal): Promise<SnapshotBatch>
}

/** An upstream that knows the past of a coin: the last `days`, at one granularity. Throws `SourceError`. */
export type HistorySource = {
  /** Calls that it may be asked in a minute. */
  callsPerMinute: number
  fetchHistory(
    coingeckoId: string,
    query: { granularity: Granularity; days: number },
    signal: AbortSignal,
  ): Promise<HistoryBatch>
}

/** Prices in USD by CoinGecko id as they arrive; only the coins that changed. `received_at` is our clock in ms. */
export type PriceBatch = { source: string; received_at: number; prices: Prices }

/**
 * An upstream that pushes prices. One iteration is one connection: it ends when the upstream closes,
 * and throws `SourceError` when it fails or falls silent.
 */
export type PriceSource = {
  id: string
  streamPrices(coingeckoIds: readonly string[], signal: AbortSignal): AsyncIterable<PriceBatch>
}
