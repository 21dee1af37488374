import { SourceError, type SourceErrorKind } from '../errors.ts'
import type { FeedTiming } from './feed-timing.ts'

const refusals: readonly SourceErrorKind[] = ['blocked', 'bad_key', 'plan']

/** `minMs` is the pause if no other source is available. */
export type Pause = { state: 'waiting' | 'resting'; ms: number; minMs: number }

/**
 * The pause of a source after each failure, with decorrelated jitter. A minute of good data resets it. Many failures
 * cause a long rest, and a refusal a rest of one hour. A Retry-After of up to an hour is a minimum. If no other source
 * is available, repeated failures pause it for up to `maxAlonePauseMs`.
 */
export class Backoff {
  readonly #timing: FeedTiming
  readonly #random: () => number
  #pauseMs: number
  #failedAt: number[] = []

  constructor(timing: FeedTiming, random: () => number) {
    this.#timing = timing
    this.#random = random
    this.#pauseMs = timing.minPauseMs
  }

  /** The pause after `error` of a connection that was good for `goodMs`. */
  next(error: unknown, { now, goodMs }: { now: number; goodMs: number }): Pause {
    const { minPauseMs, maxPauseMs, maxAlonePauseMs, settledMs } = this.#timing
    const { failures, failuresWithinMs, restMs, refusedRestMs } = this.#timing
    if (goodMs >= settledMs) this.#pauseMs = minPauseMs
    this.#failedAt = [...this.#failedAt.filter((at) => at > now - failuresWithinMs), now]
    const kind = error instanceof SourceError ? error.kind : 'unreachable'
    if (refusals.includes(kind)) return this.#rest(refusedRestMs)
    const asked = error instanceof SourceError ? Math.min(error.retryAfterMs ?? 0, refusedRestMs) : 0
    if (this.#failedAt.length >= failures) return this.#rest(Math.max(restMs, asked), Math.max(maxAlonePauseMs, asked))
    if (asked > maxPauseMs) return this.#rest(asked)
    const upTo = Math.min(maxPauseMs, this.#pauseMs * 3)
    this.#pauseMs = Math.round(minPauseMs + this.#random() * (upTo - minPauseMs))
    const minMs = Math.max(Math.min(this.#pauseMs, maxAlonePauseMs), asked)
    return { state: 'waiting', ms: Math.max(this.#pauseMs, asked), minMs }
  }

  #rest(ms: number, minMs = ms): Pause {
    this.#failedAt = []
    this.#pauseMs = this.#timing.minPauseMs
    return { state: 'resting', ms, minMs }
  }
}
