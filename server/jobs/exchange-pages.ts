import { dayMs } from '../../contract/time.ts'
import { type ExchangeCandle, type ExchangeInterval, exchangeGrids } from '../exchange-candles.ts'
import type { Coverage } from '../warehouse/exchange-markets.ts'

/** Stored candles that are fetched again with the next ones, because exchanges revise them. */
const revisedCandles = 2
/** A pause of a market of more days than this, with a jump of more than `maxJump`, separates two coins of one symbol. */
const maxPauseDays = 2
const maxJump = 2

/** A page of candles to fetch: [from, to) in ms since 1970. `isOlder`: before the stored ones. */
export type Page = { interval: ExchangeInterval; from: number; to: number; isOlder: boolean }

/** When the history to keep begins (ms since 1970). */
export function toOldest(interval: ExchangeInterval, now: number): number {
  const { days, toBlock } = exchangeGrids[interval]
  return days === null ? 0 : toBlock(now - days * dayMs)
}

type Plan = {
  interval: ExchangeInterval
  coverage: Coverage | undefined
  /** Candles before it are of another coin; null: none are. */
  historyFrom: number | null
  /** The newest candles were fetched in this run. */
  isCurrent: boolean
  size: number
  now: number
}

/** The next page to fetch: the newest candles first, then older ones back to the listing; null: nothing is missing. */
export function findNextPage({ interval, coverage, historyFrom, isCurrent, size, now }: Plan): Page | null {
  const { widthMs } = exchangeGrids[interval]
  const end = Math.floor(now / widthMs) * widthMs
  const oldest = Math.max(toOldest(interval, now), historyFrom ?? 0)
  const span = size * widthMs
  if (coverage === undefined || coverage.to < oldest)
    return { interval, from: Math.max(oldest, end - span), to: end, isOlder: false }
  if (coverage.to < end && !isCurrent) {
    const from = Math.max(oldest, coverage.to - revisedCandles * widthMs)
    return { interval, from, to: Math.min(end, from + span), isOlder: false }
  }
  if (coverage.reachesListing || coverage.from <= oldest) return null
  const to = coverage.from + widthMs
  return { interval, from: Math.max(oldest, to - span), to, isOlder: true }
}

/**
 * The coverage after a page was fetched whose first candle opened at `first`. A daily page without candles before the
 * covered ones is before the listing. The last candle of a page may not be closed yet by the clock of the exchange.
 */
export function extendPage(
  page: Page,
  coverage: Coverage | undefined,
  { first, last }: { first: number | null; last: number | null },
): Coverage {
  const { widthMs } = exchangeGrids[page.interval]
  if (page.isOlder && coverage !== undefined) {
    const isBeforeListing = page.interval === '1d' && (first === null || first >= coverage.from)
    return isBeforeListing ? { ...coverage, reachesListing: true } : { ...coverage, from: page.from }
  }
  // A page can end in a pause of the market, or before the exchange has published its newest candle.
  const isNewest = last === null || page.to - (last + widthMs) <= revisedCandles * widthMs
  const to = last !== null && isNewest ? last + widthMs : page.to
  if (coverage === undefined || coverage.to < page.from) return { from: page.from, to, reachesListing: false }
  return { ...coverage, to: Math.max(coverage.to, to) }
}

/** When the history of the present coin begins in daily candles (in order) of one market; null: with the first candle. */
export function findHistoryStart(candles: readonly ExchangeCandle[]): number | null {
  for (let index = candles.length - 1; index > 0; index -= 1) {
    const [before, after] = [candles[index - 1], candles[index]]
    if (before === undefined || after === undefined || after.at - before.at <= (maxPauseDays + 1) * dayMs) continue
    if (Math.max(after.open / before.close, before.close / after.open) > maxJump) return after.at
  }
  return null
}
