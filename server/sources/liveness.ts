import type { FeedTiming } from './feed-timing.ts'
import type { Tick } from './source.ts'

const watched = 3

export type Silence = 'stalled' | 'degraded'

/**
 * Detects a silent connection. Stalled: no message arrived. Degraded: no price of its three largest coins changed. The
 * first price of a coin counts as a change.
 */
export class Liveness {
  readonly #timing: FeedTiming
  readonly #prices = new Map<string, number>()
  #stallsAt: number
  #degradesAt: number

  constructor(timing: FeedTiming, { now, patienceMs }: { now: number; patienceMs: number }) {
    this.#timing = timing
    this.#stallsAt = now + patienceMs
    this.#degradesAt = now + Math.max(patienceMs, timing.degradedMs)
  }

  /** Records a message with the `ticks` that aren't outdated. `ids` are the followed coins, best rank first. */
  note(ticks: readonly Tick[], { ids, now }: { ids: readonly string[]; now: number }): void {
    this.#stallsAt = now + this.#timing.stallMs
    const changed = new Set<string>()
    for (const { coingecko_id, price_usd } of ticks) {
      if (this.#prices.get(coingecko_id) !== price_usd) changed.add(coingecko_id)
      this.#prices.set(coingecko_id, price_usd)
    }
    if (this.#listWatched(ids).some((id) => changed.has(id))) this.#degradesAt = now + this.#timing.degradedMs
  }

  /** When to call `findSilence` next. */
  get dueAt(): number {
    return Math.min(this.#stallsAt, this.#degradesAt)
  }

  findSilence(now: number): Silence | null {
    if (now >= this.#stallsAt) return 'stalled'
    return now >= this.#degradesAt ? 'degraded' : null
  }

  #listWatched(ids: readonly string[]): string[] {
    const found: string[] = []
    for (const id of ids) {
      if (this.#prices.has(id)) found.push(id)
      if (found.length === watched) break
    }
    return found
  }
}
