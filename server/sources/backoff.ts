import { SourceError, type SourceErrorKind } from '../errors.ts'
import type { FeedTiming } from './feed-timing.ts'

const refusals: readonly SourceErrorKind[] = ['blocked', 'bad_key', 'plan']

/** `minMs`: the pause if no other source is left. */
export type Pause = { state: 'waiting' | 'resting'; ms: number; minMs: number }

/**
 * The pause of a source after each failure: decorrelated jitter, reset after a minute of good data; a rest after too many
 * failures; an hour after a refusal; at least its Retry-After, up to an hour. Without another source, failures alone
 * never pause it for more than `alonePauseMs`.
 */
export class Backoff {
  readonly #timing: FeedTiming
  readonly #random: () => number
  #pauseMs: number
  #failedAt: number[] = []

  constructor(timing: FeedTiming, random: () => number) {
    this.#timing = timing
    this.#random = random
    this.#pauseMs = timing.shortestPauseMs
  }

  /** The pause after `error`; the connection was good for `goodMs`. */
  next(error: unknown, { now, goodMs }: { now: number; goodMs: number }): Pause {
    const { shortestPauseMs, longestPauseMs, alonePauseMs, settledMs } = this.#timing
    const { failures, failuresWithinMs, restMs, refusedRestMs } = this.#timing
    if (goodMs >= settledMs) this.#pauseMs = shortestPauseMs
    this.#failedAt = [...this.#failedAt.filter((at) => at > now - failuresWithinMs), now]
    const kind = error instanceof SourceError ? error.kind : 'unreachable'
    if (refusals.includes(kind)) return this.#rest(refusedRestMs)
    const asked = error instanceof SourceError ? Math.min(error.retryAfterMs ?? 0, refusedRestMs) : 0
    if (this.#failedAt.length >= failures) return this.#rest(Math.max(restMs, asked), Math.max(alonePauseMs, asked))
    if (asked > longestPauseMs) return this.#rest(asked)
    const upTo = Math.min(longestPauseMs, this.#pauseMs * 3)
    this.#pauseMs = Math.round(shortestPauseMs + this.#random() * (upTo - shortestPauseMs))
    const minMs = Math.max(Math.min(this.#pauseMs, alonePauseMs), asked)
    return { state: 'waiting', ms: Math.max(this.#pauseMs, asked), minMs }
  }

  #rest(ms: number, minMs = ms): Pause {
    this.#failedAt = []
    this.#pauseMs = this.#timing.shortestPauseMs
    return { state: 'resting', ms, minMs }
  }
}
