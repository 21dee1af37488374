import type { SourceError } from '../errors.ts'
import type { ExchangeMarket } from '../exchange-candles.ts'
import type { CandleCoin } from '../warehouse/exchange-markets.ts'
import type { JobProgress, JobReport, JobRun } from './job.ts'

const maxListed = 20

/** Counts and reports what a run of `exchange_candles` has done. */
export class ExchangeTally {
  readonly #run: JobRun
  readonly #total: number
  readonly #coins = new Map<string, number>()
  readonly #missing: string[] = []
  readonly #refused = new Map<string, string>()
  #chosen = 0
  #pages = 0
  #written = 0
  #rejected = 0

  constructor(total: number, run: JobRun) {
    this.#total = total
    this.#run = run
    run.report(this.#progress())
  }

  choose({ coingecko_id }: CandleCoin, market: ExchangeMarket | null): void {
    this.#chosen += 1
    if (market === null) this.#missing.push(coingecko_id)
    else this.#coins.set(market.exchange, (this.#coins.get(market.exchange) ?? 0) + 1)
    this.#run.report(this.#progress())
  }

  /** A market has the price of another coin. */
  refuse({ exchange, symbol }: ExchangeMarket, reason: string): void {
    this.#refused.set(`${exchange} ${symbol}`, reason)
    this.#run.log.warn({ exchange, market: symbol, reason }, 'market refused')
  }

  /** Counts a stored page. */
  add({ written, invalid }: { written: number; invalid: number }): void {
    this.#pages += 1
    this.#written += written
    this.#rejected += invalid
    this.#run.report(this.#progress())
  }

  #progress(): JobProgress {
    return {
      read: this.#written + this.#rejected,
      written: this.#written,
      rejected: this.#rejected,
      details: {
        coins_done: this.#chosen,
        coins_total: this.#total,
        pages: this.#pages,
        markets: Object.fromEntries(this.#coins),
        refused: [...this.#refused].map(([market, reason]) => `${market}: ${reason}`),
        without_market: this.#missing.slice(0, maxListed),
      },
    }
  }

  /** The report of the run. Throws when nothing was written and no exchange is available. */
  end(failed: ReadonlyMap<string, SourceError>): JobReport {
    const progress = this.#progress()
    const unavailable = [...failed.values()].map(({ message }) => message)
    const [problem] = failed.values()
    if (this.#written === 0 && this.#coins.size === 0 && problem !== undefined) throw problem
    const idle = this.#written === 0 && this.#rejected === 0 ? { idle: 'no candle is missing' } : {}
    return { ...progress, details: { ...progress.details, unavailable }, ...idle, hasNewWork: this.#written > 0 }
  }
}
