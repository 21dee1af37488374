import type { HistoryBatch, HistoryGrid } from '../history.ts'
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
    query: { granularity: HistoryGrid; days: number },
    signal: AbortSignal,
  ): Promise<HistoryBatch>
}

/**
 * The price of one coin in USD as an upstream told it. `source_at` is the upstream's clock in ms since 1970, null when
 * it sends none; `received_at` is ours.
 */
export type Tick = {
  coingecko_id: string
  price_usd: number
  source_at: number | null
  received_at: number
  source: string
}

/**
 * What messages of an upstream held, in their order: ticks; how many entries of the coins asked for were no price
 * (`garbage`); how many were prices in a currency whose rate in USD is not known yet (`withheld`). Without any of
 * them it is a sign of life.
 */
export type TickBatch = { ticks: Tick[]; garbage: number; withheld: number }

/**
 * An upstream that pushes prices. One iteration is one connection: it ends when `signal` is aborted, and throws
 * `SourceError` when the upstream refuses, closes or fails. Silence is judged by whoever reads it.
 */
export type TickSource = {
  id: string
  streamTicks(coingeckoIds: readonly string[], signal: AbortSignal): AsyncIterable<TickBatch>
}
