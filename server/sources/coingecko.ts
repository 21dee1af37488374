import { AsyncLocalStorage } from 'node:async_hooks'
import Coingecko from '@coingecko/coingecko-typescript'
import packageFacts from '../../package.json' with { type: 'json' }
import type { Clock } from '../clock.ts'
import { SourceError, toMessage } from '../errors.ts'
import { createOutbound, noProxies, type Outbound, type Proxies } from '../outbound.ts'
import type { SnapshotBatch } from '../snapshot.ts'
import { reportRequest } from '../source-requests.ts'
import { parseChart } from './coingecko-charts.ts'
import { type FetchedDetails, parseDetails } from './coingecko-details.ts'
import { toAnswerError, toRedirectError, toSourceError } from './coingecko-errors.ts'
import { parseRates } from './coingecko-rates.ts'
import { type ParsedRow, parseMarketRow } from './coingecko-rows.ts'
import { limitBody } from './limit-body.ts'
import { RateBudget } from './rate-budget.ts'
import type { HistorySource, RateSource, SnapshotSource } from './source.ts'
import type { SourceClock } from './source-clock.ts'

/** Rows per call. */
export const pageSize = 250
const deadlineMs = 30_000
const maxBytes = 20 * 1024 * 1024
const pauseMs = 60_000
const detailQuery = {
  localization: false,
  market_data: false,
  community_data: false,
  developer_data: false,
  tickers: true,
}
const defaultCallsPerMinute = { keyless: 5, demo: 30, pro: 250 }

/** What is known of the request of a call so far. */
type Trace = { url: URL | null; status: number | null }

const traces = new AsyncLocalStorage<Trace>()

export type CoingeckoOptions = {
  clock: Clock
  baseUrl: string | null
  demoKey: string | null
  proKey: string | null
  /** 0 means the default of the plan. */
  callsPerMinute: number
  deadlineMs?: number
  proxies?: Proxies
  /** Measures the offset of the local clock from the `Date` header of each response. */
  sourceClock?: SourceClock
}

export type CoingeckoSource = SnapshotSource &
  HistorySource &
  RateSource & {
    /** Checks that CoinGecko responds. Throws `SourceError` if it doesn't. */
    ping(signal: AbortSignal): Promise<void>
    /** Fetches description, links, categories and markets of a coin. Throws `SourceError`. */
    fetchDetails(coingeckoId: string, signal: AbortSignal): Promise<FetchedDetails>
  }

/**
 * CoinGecko REST v3 through the official SDK, with or without a demo or pro key. All calls share one rate budget. A
 * call is limited to 30 s and 20 MB, and fails with a `SourceError`. It never retries, because each retry costs a call.
 */
export function createCoingecko(options: CoingeckoOptions): CoingeckoSource {
  const plan = options.proKey !== null ? 'pro' : options.demoKey !== null ? 'demo' : 'keyless'
  const callsPerMinute = options.callsPerMinute || defaultCallsPerMinute[plan]
  const budget = new RateBudget(options.clock, callsPerMinute)
  const outbound = createOutbound(options.proxies ?? noProxies)
  const sdk = new Coingecko({
    demoAPIKey: options.demoKey,
    proAPIKey: options.proKey,
    ...(options.baseUrl === null
      ? { baseURL: null, environment: plan === 'pro' ? ('pro' as const) : ('demo' as const) }
      : { baseURL: options.baseUrl }),
    maxRetries: 0,
    timeout: options.deadlineMs ?? deadlineMs,
    logLevel: 'off',
    defaultHeaders: {
      'User-Agent': `CryptoFlow/${packageFacts.version} (self-hosted market warehouse)`,
      ...(plan === 'keyless' ? { 'x-cg-demo-api-key': null, 'x-cg-pro-api-key': null } : {}),
    },
    fetch: async (input, init) => {
      const noteDate = options.sourceClock?.timeRequest()
      const url = input instanceof Request ? input.url : input
      const trace = traces.getStore()
      if (trace !== undefined) trace.url = new URL(url)
      const response = await fetchBounded(outbound, url, init, options.deadlineMs ?? deadlineMs)
      if (trace !== undefined) trace.status = response.status
      noteDate?.(response.headers)
      return response
    },
  })

  const call = createCall(options.clock, budget)

  return {
    callsPerMinute,
    ping: async (signal) => {
      await call(signal, (inner) => sdk.ping.get({ signal: inner }))
    },
    fetchDetails: (coingecko_id, signal) =>
      call(signal, async (inner) => parseDetails(await sdk.coins.getID(coingecko_id, detailQuery, { signal: inner }))),
    fetchRates: (signal) => call(signal, async (inner) => parseRates(await sdk.exchangeRates.get({ signal: inner }))),
    fetchHistory: (coingecko_id, { granularity, days }, signal) =>
      call(signal, async (inner) => {
        const interval = granularity === 'daily' ? ({ interval: 'daily' } as const) : {}
        const query = { vs_currency: 'usd', days: String(days), ...interval }
        const body: unknown = await sdk.coins.marketChart.get(coingecko_id, query, { signal: inner })
        return parseChart(body, { coingecko_id, granularity, now: options.clock.now() })
      }),
    fetchSnapshots: (top, signal) =>
      collectPages(top, options.clock.now(), (page, size) =>
        call(signal, async (inner) => {
          const answer: unknown = await sdk.coins.markets.get(
            { vs_currency: 'usd', order: 'market_cap_desc', per_page: size, page, price_change_percentage: '1h,7d' },
            { signal: inner },
          )
          if (!Array.isArray(answer)) throw toAnswerError(200, answer, null)
          return answer
        }),
      ),
  }
}

/** Makes a call within the rate budget and reports it as a source request. */
const createCall =
  (clock: Clock, budget: RateBudget) =>
  async <T>(signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const asked = clock.now()
    await budget.take(signal)
    const at = clock.now()
    const trace: Trace = { url: null, status: null }
    const report = (error: string | null) =>
      reportRequest({
        at,
        endpoint: trace.url?.pathname ?? '',
        key: trace.url?.href ?? '',
        status: trace.status,
        ms: clock.now() - at,
        waitedMs: at - asked,
        error,
      })
    try {
      const answer = await traces.run(trace, () => ask(signal))
      report(null)
      return answer
    } catch (error) {
      const failure = toSourceError(error, { signal, now: clock.now() })
      report(toMessage(failure))
      if (failure instanceof SourceError && failure.kind === 'rate_limited')
        budget.pause(failure.retryAfterMs ?? pauseMs)
      throw failure
    }
  }

/**
 * Fetches pages until it has `top` distinct coins or a page has no new coin. A short page isn't the last one. CoinGecko
 * caches pages separately, so a coin can appear twice. The first valid row counts.
 */
async function collectPages(
  top: number,
  now: number,
  fetchPage: (page: number, size: number) => Promise<unknown[]>,
): Promise<SnapshotBatch> {
  const size = Math.min(top, pageSize)
  const maxPages = 2 * Math.ceil(top / size) + 1
  const rows = new Map<string, ParsedRow>()
  let [repeated, gaps, short] = [0, 0, 0]
  for (let page = 1; rows.size < top && page <= maxPages; page += 1) {
    const answer = await fetchPage(page, size)
    const before = rows.size
    for (const [index, raw] of answer.entries()) {
      const row = parseMarketRow(raw, now)
      const { coingecko_id } = 'rejected' in row ? row.rejected : row.snapshot
      const key = coingecko_id ?? `${page}:${index}`
      const held = rows.get(key)
      if (held !== undefined) repeated += 1
      if (held === undefined ? rows.size < top : 'rejected' in held && !('rejected' in row)) rows.set(key, row)
    }
    if (rows.size === before) break
    gaps += short
    short = Math.max(0, size - answer.length)
  }
  return toBatch([...rows.values()], { repeated, gaps })
}

function toBatch(rows: ParsedRow[], counts: { repeated: number; gaps: number }): SnapshotBatch {
  const batch = { source: 'coingecko', snapshots: [], rejected: [], repairs: [], ...counts } as Required<SnapshotBatch>
  for (const row of rows) {
    if ('rejected' in row) {
      batch.rejected.push(row.rejected)
      continue
    }
    const { snapshot, broken } = row
    batch.snapshots.push(snapshot)
    for (const rule of broken) batch.repairs.push({ coingecko_id: snapshot.coingecko_id, rule })
  }
  return batch
}

/**
 * `fetch` with a deadline that includes the body and a limit for the body size. Rejects redirects, which would leak the
 * API key to another host.
 */
async function fetchBounded(
  outbound: Outbound,
  input: string | URL,
  init: RequestInit | undefined,
  deadline: number,
): Promise<Response> {
  const timeout = AbortSignal.timeout(deadline)
  const signal = init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout
  const response = await outbound.fetch(input, { ...init, signal, redirect: 'manual' })
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel()
    throw toRedirectError(response.status, response.headers.get('location'))
  }
  return limitBody(response, { source: 'coingecko', name: 'CoinGecko', maxBytes })
}
