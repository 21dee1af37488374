import type { ExchangeRate } from '../exchange-rates.ts'
import type { HistoryBatch, HistoryGrid } from '../history.ts'
import type { SnapshotBatch } from '../snapshot.ts'

/** Fetches the latest data of the `top` coins by market cap. Throws `SourceError`. */
export type SnapshotSource = {
  fetchSnapshots(top: number, signal: AbortSignal): Promise<SnapshotBatch>
}

/** Fetches the history of a coin for the last `days` at one granularity. Throws `SourceError`. */
export type HistorySource = {
  /** The rate limit of the source. */
  callsPerMinute: number
  fetchHistory(
    coingeckoId: string,
    query: { granularity: HistoryGrid; days: number },
    signal: AbortSignal,
  ): Promise<HistoryBatch>
}

/** Fetches what 1 BTC is worth in each currency, US dollars included. Throws `SourceError`. */
export type RateSource = {
  fetchRates(signal: AbortSignal): Promise<ExchangeRate[]>
}

/**
 * A price of one coin in USD. `source_at` is the time of the source in ms since 1970, null if it sends none.
 * `received_at` is the arrival time by the local clock.
 */
export type Tick = {
  coingecko_id: string
  price_usd: number
  source_at: number | null
  received_at: number
  source: string
}

/**
 * The ticks of one or more messages, in order. `garbage` counts invalid prices of requested coins. `withheld` counts
 * prices in a currency whose USD rate is unknown. An empty batch shows that the connection is alive.
 */
export type TickBatch = { ticks: Tick[]; garbage: number; withheld: number }

/**
 * Streams prices. One iteration is one connection. It ends when `signal` is aborted, and throws `SourceError` when the
 * source refuses, closes or fails. It doesn't detect silence.
 */
export type TickSource = {
  id: string
  streamTicks(coingeckoIds: readonly string[], signal: AbortSignal): AsyncIterable<TickBatch>
}
