import { hourMs } from '../../contract/time.ts'

/** How long a feed waits for what, in ms, and how many failures it bears. */
export const feedTiming = {
  /** A new connection without a message for so long is stalled. */
  connectMs: 30_000,
  /** A connection that has spoken is stalled after so long a silence. */
  stallMs: 15_000,
  /** Prices that stand still for so long are degraded. */
  degradedMs: 60_000,
  /** A connection that is told to end and does not is left behind after this. */
  closeMs: 2000,
  shortestPauseMs: 500,
  longestPauseMs: 60_000,
  /** The longest pause after a failure while there is no other source to use; exchanges allow a connection each 4 s. */
  alonePauseMs: 5000,
  /** So much good data, and the next pause is short again. */
  settledMs: 60_000,
  failures: 5,
  failuresWithinMs: 120_000,
  restMs: 300_000,
  refusedRestMs: hourMs,
  /** The source in use has this long to come back before the next one is started. */
  graceMs: 3000,
  /** Then each further source is started after this. */
  stepMs: 5000,
  failBackMs: 600_000,
}
export type FeedTiming = typeof feedTiming
