import type { CoinDetails } from '../../contract/coin-details.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'
import { findDetails, upsertDetails } from '../warehouse/coin-details.ts'
import type { Db } from '../warehouse/db.ts'

const maxAgeMs = 7 * dayMs
const patienceMs = 8000

/** Fetches what the source tells about a coin. Rejects when it can't. */
export type FetchDetails = (
  coingeckoId: string,
  signal: AbortSignal,
) => Promise<Omit<CoinDetails, 'coin_id' | 'fetched_at'>>

type Options = { db: Db; clock: Pick<Clock, 'now'>; fetch: FetchDetails | null; maxPerMinute: number }
type Wanted = { id: number; coingecko_id: string; is_tracked: boolean }

/**
 * Details of coins from the warehouse, fetched when they are missing or older than a week: only for tracked coins, one call
 * at a time per coin, up to `maxPerMinute` in all, and a failed one again after a minute. Otherwise what is stored, or none.
 */
export class DetailReader {
  readonly #options: Options
  readonly #open = new Map<number, Promise<CoinDetails>>()
  readonly #failedAt = new Map<number, number>()
  #calls: number[] = []

  constructor(options: Options) {
    this.#options = options
  }

  async read(coin: Wanted): Promise<CoinDetails> {
    const { db, clock } = this.#options
    const stored = await findDetails(db, coin.id)
    if (stored?.fetched_at != null && clock.now() - Date.parse(stored.fetched_at) < maxAgeMs) return stored
    const known = stored ?? toEmpty(coin.id)
    const open = this.#open.get(coin.id)
    if (open === undefined && !this.#mayFetch(coin)) return known
    return (open ?? this.#start(coin)).catch(() => known)
  }

  #mayFetch({ id, is_tracked }: Wanted): boolean {
    const { clock, fetch, maxPerMinute } = this.#options
    const now = clock.now()
    this.#calls = this.#calls.filter((at) => at > now - minuteMs)
    const failedAt = this.#failedAt.get(id) ?? Number.NEGATIVE_INFINITY
    return fetch !== null && is_tracked && this.#calls.length < maxPerMinute && now - failedAt >= minuteMs
  }

  #start(coin: Wanted): Promise<CoinDetails> {
    const fetching = this.#fetch(coin)
    this.#open.set(coin.id, fetching)
    fetching
      .catch(() => this.#failedAt.set(coin.id, this.#options.clock.now()))
      .finally(() => this.#open.delete(coin.id))
    return fetching
  }

  async #fetch({ id, coingecko_id }: Wanted): Promise<CoinDetails> {
    const { db, clock, fetch } = this.#options
    if (fetch === null) throw new Error('no source of details')
    this.#calls.push(clock.now())
    const fetched = await fetch(coingecko_id, AbortSignal.timeout(patienceMs))
    const details = { ...fetched, coin_id: id, fetched_at: new Date(clock.now()).toISOString() }
    await upsertDetails(db, details)
    return details
  }
}

const toEmpty = (coin_id: number): CoinDetails => ({
  coin_id,
  description: null,
  links: [],
  categories: [],
  markets: [],
  fetched_at: null,
})
