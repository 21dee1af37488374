import type {
  CoinAnalytics,
  CoinAnalyticsQuery,
  CorrelationMatrix,
  CorrelationQuery,
  RiskQuery,
  RiskTable,
  Rolling,
  RollingQuery,
  VolatilityQuery,
  VolatilityRanking,
} from '@contract/analytics.ts'
import type { CoinOhlcv, Sparklines } from '@contract/charts.ts'
import type { CoinDetails } from '@contract/coin-details.ts'
import type { CoinDetail, CoinList, CoinListQuery } from '@contract/coins.ts'
import type { Comparison } from '@contract/compare.ts'
import type { CompareRange } from '@contract/compare-lists.ts'
import type { Currency, CurrencyList } from '@contract/currencies.ts'
import type { ErrorBody } from '@contract/errors.ts'
import type { Interval } from '@contract/intervals.ts'
import type { Lineage } from '@contract/lineage.ts'
import type { StreamReport } from '@contract/live.ts'
import type { MarketHistory, MarketOverview } from '@contract/market.ts'
import type { Dominance, MarketSummary, Sectors, Sentiment } from '@contract/market-figures.ts'
import type {
  BackfillBody,
  BackfillRequest,
  DatabaseNode,
  JobHealth,
  JobId,
  RunDetail,
  RunList,
  RunListQuery,
  Timeline,
} from '@contract/pipeline.ts'
import type { SharedPortfolio } from '@contract/portfolios.ts'
import type { CheckHistory, CheckMethod, QualityHours, TableQuality } from '@contract/quality.ts'
import type { Readiness } from '@contract/status.ts'
import { type DehydratedState, dehydrate, type QueryClient } from '@tanstack/react-query'
import { noteServerTime, readServerTime } from './server-time.ts'

const timeoutMs = 10_000
const coinsPerPage = 100
const parallelPages = 4

/** An error response of the API, or none at all; the message is for people. */
export class ApiError extends Error {
  /** HTTP status; undefined when there was no response. */
  readonly status: number | undefined

  constructor(message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options)
    this.status = options.status
  }
}

/**
 * Any response of the API, also an error; throws an `ApiError` when there is none. Paths have the page's own origin. On
 * the server, server/app/server.ts sets that origin.
 */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  try {
    const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(timeoutMs), ...init })
    noteServerTime(response)
    return response
  } catch (error) {
    throw new ApiError("Can't reach the server. Reconnecting...", { cause: error })
  }
}

/** The time in ms since 1970 by the server's clock. */
export const fetchServerTime = (): Promise<number> => readServerTime(() => request('/livez', { method: 'HEAD' }))

/** Request options that send a JSON body. */
export const toJsonRequest = (method: 'POST' | 'PUT' | 'DELETE', body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** The body of a successful response, undefined for 204; otherwise throws an `ApiError` with the server's message. */
export async function readAnswer<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T
  if (response.ok) return response.json()
  const body: ErrorBody | null = await response.json().catch(() => null)
  throw new ApiError(body?.error.message ?? `Server error (HTTP ${response.status}).`, { status: response.status })
}

const get = async <T>(path: string): Promise<T> => readAnswer<T>(await request(path))

/** As `get`; undefined when the API knows no such thing, or the id is malformed. */
async function find<T>(path: string): Promise<T | undefined> {
  const response = await request(path)
  return response.status === 404 || response.status === 422 ? undefined : readAnswer<T>(response)
}

function toSearch(query: object): URLSearchParams {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))
}

export const fetchOverview = (): Promise<MarketOverview> => get('/api/v1/market/overview')

export const fetchMarketHistory = (days: number): Promise<MarketHistory> => get(`/api/v1/market/history?days=${days}`)

export const fetchDominance = (days: number): Promise<Dominance> => get(`/api/v1/market/dominance?days=${days}`)

export const fetchSentiment = (): Promise<Sentiment> => get('/api/v1/market/sentiment')

export const fetchSectors = (): Promise<Sectors> => get('/api/v1/market/sectors')

export const fetchMarketSummary = (): Promise<MarketSummary> => get('/api/v1/market/summary')

export const fetchCoins = (query: Partial<CoinListQuery>): Promise<CoinList> => get(`/api/v1/coins?${toSearch(query)}`)

const fetchCurrencies = (): Promise<CurrencyList> => get('/api/v1/currencies')

/** A currency with its rate; null when it is not known. */
export const findCurrency = async (code: string): Promise<Currency | null> =>
  (await fetchCurrencies()).find((currency) => currency.code === code) ?? null

/** All pages of a coin list as one page, or its first `limit` coins; no coin twice. */
export async function fetchAllCoins(
  query: Partial<CoinListQuery>,
  limit = Number.POSITIVE_INFINITY,
): Promise<CoinList> {
  const fetchPage = (page: number) => fetchCoins({ ...query, page, per_page: coinsPerPage })
  const first = await fetchPage(1)
  // A new snapshot may move a coin to another page between two requests.
  const items = new Map(first.items.map((coin) => [coin.id, coin]))
  const last = Math.min(first.pages, Math.ceil(limit / coinsPerPage))
  for (let from = 2; from <= last; from += parallelPages) {
    const pages = Array.from({ length: Math.min(parallelPages, last - from + 1) }, (_, index) => from + index)
    for (const list of await Promise.all(pages.map(fetchPage)))
      for (const coin of list.items) items.set(coin.id, items.get(coin.id) ?? coin)
  }
  return { ...first, items: [...items.values()], per_page: items.size, pages: 1 }
}

export const fetchCorrelation = (query: CorrelationQuery): Promise<CorrelationMatrix> =>
  get(`/api/v1/analytics/correlation?${toSearch(query)}`)

export const fetchRiskTable = (query: Partial<RiskQuery>): Promise<RiskTable> =>
  get(`/api/v1/analytics/risk?${toSearch(query)}`)

export const fetchRolling = (query: Partial<RollingQuery>): Promise<Rolling> =>
  get(`/api/v1/analytics/rolling?${toSearch(query)}`)

export const fetchVolatility = (query: VolatilityQuery): Promise<VolatilityRanking> =>
  get(`/api/v1/analytics/volatility?${toSearch(query)}`)

export const fetchComparison = (query: {
  coins: string
  range: CompareRange
  vs_currency: string
}): Promise<Comparison> => get(`/api/v1/analytics/compare?${toSearch(query)}`)

const coinPath = (id: string | number): string => `/api/v1/coins/${encodeURIComponent(id)}`

/** One coin by its id or CoinGecko id; undefined when it is not tracked. */
export const findCoin = (id: string): Promise<CoinDetail | undefined> => find(coinPath(id))

export const fetchDetails = (id: number): Promise<CoinDetails> => get(`${coinPath(id)}/details`)

/** The candles that open in [from, to), in ms since 1970; a `to` of null is now. */
export const fetchCandles = (
  id: number | string,
  { interval, from, to }: { interval: Interval; from: number; to: number | null },
): Promise<CoinOhlcv> => {
  const edges = { from: new Date(from).toISOString(), to: to === null ? undefined : new Date(to).toISOString() }
  return get(`${coinPath(id)}/ohlcv?${toSearch({ interval, ...edges })}`)
}

export const fetchAnalytics = (id: number, query: CoinAnalyticsQuery): Promise<CoinAnalytics> =>
  get(`${coinPath(id)}/analytics?${toSearch(query)}`)

export const fetchSparklines = (ids: readonly number[]): Promise<Sparklines> =>
  get(`/api/v1/coins/sparklines?ids=${ids.join(',')}`)

export const fetchJobHealth = (): Promise<JobHealth[]> => get('/api/v1/pipeline/health')

export const fetchLineage = (): Promise<Lineage> => get('/api/v1/pipeline/lineage')

export const fetchBackfills = (): Promise<BackfillRequest[]> => get('/api/v1/pipeline/backfills')

export const fetchNodes = (): Promise<DatabaseNode[]> => get('/api/v1/pipeline/nodes')

export const fetchTimeline = (hours: number): Promise<Timeline> => get(`/api/v1/pipeline/timeline?hours=${hours}`)

export const fetchRuns = (query: Partial<RunListQuery>): Promise<RunList> =>
  get(`/api/v1/pipeline/runs?${toSearch(query)}`)

/** One run with its log; null when there is none with that id. */
export const findRun = async (id: number): Promise<RunDetail | null> =>
  (await find<RunDetail>(`/api/v1/pipeline/runs/${id}`)) ?? null

export const fetchStreamReport = (): Promise<StreamReport> => get('/api/v1/ws/status')

/** Queues a run of a job as an administrator. */
export async function requestRun(job: JobId): Promise<void> {
  const response = await request(`/api/v1/pipeline/jobs/${job}/run`, { method: 'POST' })
  if (!response.ok) await readAnswer(response)
}

/** Pauses or resumes a job as an administrator. */
export async function pauseJob(job: JobId, pause: boolean): Promise<void> {
  await readAnswer(await request(`/api/v1/pipeline/jobs/${job}/${pause ? 'pause' : 'resume'}`, { method: 'POST' }))
}

/** Requests history as an administrator. */
export const requestBackfill = async (body: BackfillBody): Promise<BackfillRequest> =>
  readAnswer(await request('/api/v1/pipeline/backfills', toJsonRequest('POST', body)))

export const fetchTableQuality = (): Promise<TableQuality[]> => get('/api/v1/quality/summary')

export const fetchQualityHours = (hours: number): Promise<QualityHours> => get(`/api/v1/quality/hours?hours=${hours}`)

export const fetchMethods = (): Promise<CheckMethod[]> => get('/api/v1/quality/methods')

/** A check and its results of the last hours; null when there is no check with that name. */
export const findCheckHistory = async (name: string, hours: number): Promise<CheckHistory | null> =>
  (await find<CheckHistory>(`/api/v1/quality/checks/${encodeURIComponent(name)}/history?hours=${hours}`)) ?? null

/** The portfolio of a share link; undefined for an unknown or revoked one. */
export const findShared = (token: string): Promise<SharedPortfolio | undefined> =>
  find(`/api/v1/public/portfolios/${encodeURIComponent(token)}`)

/** Readiness of the server; one that is not ready answers in the same shape with status 503. */
export async function fetchReadiness(): Promise<Readiness> {
  const response = await request('/readyz')
  return response.status === 503 ? response.json() : readAnswer(response)
}

/** The data for the first paint, or null when the request fails: the browser requests it again. */
export const orNull = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null)

/** Query results that the server fetched for a page. */
export type DehydratedProps = { dehydrated: DehydratedState }

export const toDehydratedProps = (client: QueryClient): DehydratedProps => ({ dehydrated: dehydrate(client) })
