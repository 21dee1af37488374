import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'
import { SourceError, type SourceErrorKind } from '../errors.ts'
import type { ExchangeMarket, Quote } from '../exchange-candles.ts'
import type { CandlePage, CandleSession, CandleSource, PageQuery } from '../sources/exchange-candles.ts'
import type { JobRun } from './job.ts'

const maxAttempts = 3
const firstDelayMs = 1000
/** A longer Retry-After ends the use of an exchange in a run. */
const maxWaitMs = 2 * minuteMs

/** May succeed in the next run. */
const transientKinds: readonly SourceErrorKind[] = ['rate_limited', 'unreachable', 'broken']

export const isTransient = (error: SourceError): boolean => transientKinds.includes(error.kind)

/** The exchanges of a run, opened when they are first used. One that fails is left out for the rest of the run. */
export class ExchangeSessions {
  readonly #sources: readonly CandleSource[]
  readonly #clock: Clock
  readonly #run: JobRun
  readonly #open = new Map<string, CandleSession>()
  readonly #failed = new Map<string, SourceError>()

  constructor(sources: readonly CandleSource[], { clock, run }: { clock: Clock; run: JobRun }) {
    this.#sources = sources
    this.#clock = clock
    this.#run = run
  }

  /** Ids in order of preference. */
  get ids(): string[] {
    return this.#sources.map(({ id }) => id)
  }

  /** Why exchanges are left out. */
  get failed(): ReadonlyMap<string, SourceError> {
    return this.#failed
  }

  pageSize(id: string): number {
    return this.#sources.find((source) => source.id === id)?.candlesPerCall ?? 0
  }

  /** The markets of coins on an exchange; empty when it is not available. */
  async listMarkets(
    id: string,
    coins: readonly string[],
    quotes: readonly Quote[],
  ): Promise<Map<string, ExchangeMarket>> {
    return (await this.#use(id, (session) => session.listMarkets(coins, quotes))) ?? new Map()
  }

  /** Candles of a market; null: it doesn't exist any more, or its exchange is not available. */
  fetchCandles(id: string, query: PageQuery): Promise<CandlePage | null> {
    return this.#use(id, (session) => session.fetchCandles(query))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => session.close()))
  }

  async #use<T>(id: string, ask: (session: CandleSession) => Promise<T>): Promise<T | null> {
    const session = this.#session(id)
    if (session === undefined || this.#failed.has(id)) return null
    for (let count = 1; ; count += 1) {
      this.#run.signal.throwIfAborted()
      try {
        return await ask(session)
      } catch (error) {
        if (!(error instanceof SourceError)) throw error
        this.#run.log.warn({ exchange: id, error: error.message }, 'exchange request failed')
        if (error.kind === 'not_found') return null
        const isLongWait = (error.retryAfterMs ?? 0) > maxWaitMs
        if (count >= maxAttempts || isLongWait || !isTransient(error)) {
          this.#failed.set(id, error)
          return null
        }
        if (error.kind !== 'rate_limited') await this.#clock.sleep(firstDelayMs * 2 ** (count - 1), this.#run.signal)
      }
    }
  }

  #session(id: string): CandleSession | undefined {
    const known = this.#open.get(id)
    if (known !== undefined) return known
    const session = this.#sources.find((source) => source.id === id)?.open(this.#run.signal)
    if (session !== undefined) this.#open.set(id, session)
    return session
  }
}
