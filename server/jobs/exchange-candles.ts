import { dayMs } from '../../contract/time.ts'
import { type ExchangeInterval, exchangeGrids, exchangeIntervals } from '../exchange-candles.ts'
import type { CandlePage } from '../sources/exchange-candles.ts'
import { type RatedCandle, writeExchangeCandles } from '../warehouse/exchange-blocks.ts'
import {
  type CandleCoin,
  type Coverage,
  type CoverageKey,
  listCandleCoins,
  listExchangeCoverage,
  listExchangeMarkets,
  type StoredMarket,
  saveExchangeCoverage,
  saveExchangeMarket,
  saveHistoryStart,
  toCoverageKey,
} from '../warehouse/exchange-markets.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { QuoteRates, rateReference } from '../warehouse/quote-rates.ts'
import { writeInRun } from '../warehouse/runs.ts'
import { type Candidate, findRefusal, isCheckDue, isQuoteCoin, listCandidates, orderCoins } from './exchange-choice.ts'
import { extendPage, findHistoryStart, findNextPage, type Page } from './exchange-pages.ts'
import { ExchangeSessions } from './exchange-sessions.ts'
import { ExchangeTally } from './exchange-tally.ts'
import { convertLate, dropOld, findDisagreeing, refuseDisagreeing } from './exchange-upkeep.ts'
import type { Job, JobDeps, JobRun } from './job.ts'

/**
 * Fetches the candles of exchanges: for each coin from the first exchange that has a market of it, whose price is that of
 * the coin. First a page of daily candles of each coin, best rank first, then the newest hours and minutes, then what is
 * older. Each page is stored with what it covers in one transaction, so the next run continues where this one stopped.
 */
export const exchangeCandles: Job = async (deps, run) => {
  const { db, candles: sources, clock, history } = deps
  if (sources.length === 0) return { read: 0, written: 0, rejected: 0, idle: 'no exchange is configured' }
  const coins = await listCandleCoins(db, { limit: history.coins })
  if (coins.length === 0) return { read: 0, written: 0, rejected: 0, idle: 'no coin is tracked yet' }
  const sessions = new ExchangeSessions(sources, { clock, run })
  try {
    const state = await openState(deps, run, { coins, sessions })
    const candidates = await listCandidates(sessions, {
      ...state,
      findCoverage: (id) => state.coverage.get(toCoverageKey(id, '1d')),
      now: state.now,
    })
    const chosen: Chosen[] = []
    for (const coin of orderCoins(coins)) {
      const known = candidates.get(coin.coin_id) ?? []
      const market = await chooseMarket(deps, run, state, { coin, candidates: known })
      if (market !== null) chosen.push({ coin, market, intervals: exchangeIntervals })
      state.tally.choose(coin, market)
      // The days of the others are converted with those of the quote coins.
      if (market !== null && isQuoteCoin(coin))
        await fill(deps, run, state, { coin, market, interval: '1d', pass: 'all' })
      if (coin.coingecko_id !== rateReference || market === null || market.quote === 'USD') continue
      const inUsd = known.filter((candidate) => candidate.market.quote === 'USD')
      const reference = await chooseMarket(deps, run, state, { coin, candidates: inUsd })
      if (reference !== null) chosen.push({ coin, market: reference, intervals: ['1d'] })
    }
    for (const pass of ['newest', 'all'] as const)
      for (const interval of exchangeIntervals)
        for (const each of chosen)
          if (each.intervals.includes(interval)) await fill(deps, run, state, { ...each, interval, pass })
    await convertLate(deps, run, state)
    await refuseDisagreeing(deps, run, state)
    await dropOld(deps, run)
    return state.tally.end(sessions.failed)
  } finally {
    await sessions.close()
  }
}

type Chosen = { coin: CandleCoin; market: StoredMarket; intervals: readonly ExchangeInterval[] }
type Series = Omit<Chosen, 'intervals'>

export type State = {
  coins: readonly CandleCoin[]
  stored: readonly StoredMarket[]
  /** Why stored markets are of another coin by their past closes, by id. */
  disagreeing: ReadonlyMap<number, string>
  coverage: Map<CoverageKey, Coverage>
  /** Series whose newest candles were fetched in this run. */
  current: Set<CoverageKey>
  rates: QuoteRates
  sessions: ExchangeSessions
  tally: ExchangeTally
  now: number
}

async function openState(
  { db, pool, clock }: JobDeps,
  run: JobRun,
  { coins, sessions }: Pick<State, 'coins' | 'sessions'>,
): Promise<State> {
  const now = clock.now()
  await ensurePartitions(pool, { table: 'fact_exchange_ohlcv', from: new Date(now), to: new Date(now + 60 * dayMs) })
  return {
    coins,
    stored: await listExchangeMarkets(db),
    disagreeing: await findDisagreeing(db, now),
    coverage: await listExchangeCoverage(db),
    current: new Set(),
    rates: new QuoteRates(db, now),
    sessions,
    tally: new ExchangeTally(coins.length, run),
    now,
  }
}

/** The first candidate with the price of the coin, with a page of its daily candles stored; null: none. */
async function chooseMarket(
  deps: JobDeps,
  run: JobRun,
  state: State,
  { coin, candidates }: { coin: CandleCoin; candidates: readonly Candidate[] },
): Promise<StoredMarket | null> {
  const { now } = state
  for (const candidate of candidates) {
    const { market, stored } = candidate
    if (stored !== undefined && !isCheckDue(candidate, now)) return stored
    const past = stored === undefined ? undefined : state.disagreeing.get(stored.id)
    if (stored !== undefined && stored.reason !== null && past !== undefined) {
      state.tally.refuse(stored, past)
      continue
    }
    const page = toNewestPage(state, candidate)
    const fetched = await state.sessions.fetchCandles(market.exchange, { symbol: market.symbol, ...page })
    if (fetched === null) continue
    const reason = findRefusal(coin, { market, last: fetched.last, coins: state.coins, now: deps.clock.now() })
    if (reason === undefined) {
      if (stored?.reason === null) return stored
      continue
    }
    await writeInRun(deps.pool, run.id, (tx) =>
      saveExchangeMarket(tx, { ...market, coin_id: coin.coin_id, reason, checked_at: now }),
    )
    if (reason !== null) {
      state.tally.refuse(market, reason)
      continue
    }
    const saved = (await listExchangeMarkets(deps.db)).find(
      (known) => known.coin_id === coin.coin_id && known.exchange === market.exchange && known.symbol === market.symbol,
    )
    if (saved === undefined) continue
    await store(deps, run, state, { coin, market: saved, page, fetched })
    return saved
  }
  return null
}

/** A page that ends with the candle in progress, which has the newest price. */
function toNewestPage({ coverage, sessions, now }: State, { market, stored }: Candidate): Page {
  const known = stored === undefined ? undefined : coverage.get(toCoverageKey(stored.id, '1d'))
  const plan = {
    interval: '1d',
    coverage: known,
    historyFrom: stored?.history_from ?? null,
    isCurrent: false,
    now,
  } as const
  const end = Math.floor(now / dayMs) * dayMs
  const page = findNextPage({ ...plan, size: sessions.pageSize(market.exchange) - 1 })
  return page === null || page.isOlder || page.to < end
    ? { interval: '1d', from: end - 2 * dayMs, to: end, isOlder: false }
    : page
}

/** Fetches what a series lacks: its newest candles, or with `all` what is older too. */
async function fill(
  deps: JobDeps,
  run: JobRun,
  state: State,
  { coin, market, interval, pass }: Series & { interval: ExchangeInterval; pass: 'newest' | 'all' },
): Promise<void> {
  const key = toCoverageKey(market.id, interval)
  for (;;) {
    if (deps.clock.now() > run.softDeadline) return
    const page = findNextPage({
      interval,
      coverage: state.coverage.get(key),
      historyFrom: market.history_from,
      isCurrent: state.current.has(key),
      size: state.sessions.pageSize(market.exchange),
      now: state.now,
    })
    if (page === null || (pass === 'newest' && page.isOlder)) return
    const fetched = await state.sessions.fetchCandles(market.exchange, { symbol: market.symbol, ...page })
    if (fetched === null) return
    await store(deps, run, state, { coin, market, page, fetched })
  }
}

/** Stores a page with its coverage. Candles of an earlier coin of the same symbol are left out. */
async function store(
  { pool }: JobDeps,
  run: JobRun,
  state: State,
  { coin, market, page, fetched }: Series & { page: Page; fetched: CandlePage },
): Promise<void> {
  const { interval } = page
  const { widthMs } = exchangeGrids[interval]
  const start = interval === '1d' ? findHistoryStart(fetched.candles) : null
  const rated: RatedCandle[] = []
  for (const candle of fetched.candles) {
    if (start !== null && candle.at < start) continue
    rated.push({ ...candle, usd_rate: await state.rates.find(market.quote, interval, candle.at + widthMs) })
  }
  const [first, last] = [rated[0]?.at ?? null, rated.at(-1)?.at ?? null]
  const key = toCoverageKey(market.id, interval)
  const extended = extendPage(page, state.coverage.get(key), { first, last })
  const covered = start === null ? extended : { ...extended, from: start, reachesListing: true }
  if (first !== null)
    await ensurePartitions(pool, { table: 'fact_exchange_ohlcv', from: new Date(first), to: new Date(last ?? first) })
  const series = { coin_id: coin.coin_id, market_id: market.id, interval }
  const written = await writeInRun(pool, run.id, async (tx) => {
    if (start !== null) await saveHistoryStart(tx, { id: market.id, at: start })
    await saveExchangeCoverage(tx, series, covered)
    return writeExchangeCandles(tx, series, rated)
  })
  if (start !== null) market.history_from = start
  state.coverage.set(key, covered)
  if (!page.isOlder && page.to + widthMs > state.now) state.current.add(key)
  if (isQuoteCoin(coin)) state.rates.forget()
  state.tally.add({ written, invalid: fetched.invalid })
}
