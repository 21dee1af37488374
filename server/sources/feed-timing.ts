import { hourMs } from '../../contract/time.ts'

/** Timeouts and limits of a feed, in ms. */
export const feedTiming = {
  /** The time until the first message before a new connection is stalled. */
  connectMs: 30_000,
  /** The silence after a message before a connection is stalled. */
  stallMs: 15_000,
  /** The time without a price change before a connection is degraded. */
  degradedMs: 60_000,
  /** How long to wait for a connection to close. */
  closeMs: 2000,
  minPauseMs: 500,
  maxPauseMs: 60_000,
  /** The maximum pause after a failure if no other source is available. Exchanges allow one connection per 4 s. */
  maxAlonePauseMs: 5000,
  /** The duration of good data that resets the pause. */
  settledMs: 60_000,
  failures: 5,
  failuresWithinMs: 120_000,
  restMs: 300_000,
  refusedRestMs: hourMs,
  /** How long the active source may take to recover before the next one starts. */
  graceMs: 3000,
  /** The delay before each further source starts. */
  stepMs: 5000,
  /** How long a preferred source must be healthy before it becomes active again. */
  failBackMs: 600_000,
}
export type FeedTiming = typeof feedTiming
