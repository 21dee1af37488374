import type {
  CoinAnalytics,
  CoinAnalyticsQuery,
  CorrelationMatrix,
  CorrelationQuery,
  VolatilityQuery,
  VolatilityRanking,
} from '@contract/analytics.ts'
import type { CoinHistory, CoinOhlcv, Interval, Sparklines } from '@contract/charts.ts'
import type { CoinDetail, CoinList, CoinListQuery } from '@contract/coins.ts'
import type { ErrorBody } from '@contract/errors.ts'
import type { MarketHistory, MarketOverview } from '@contract/market.ts'
import type { Readiness } from '@contract/status.ts'

const patienceMs = 10_000

/** The API said no, or did not answer; the message is fit for a person. */
export class ApiError extends Error {
  readonly status: number | undefined

  constructor(message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options)
    this.status = options.status
  }
}

const base = (): string => (typeof window === 'undefined' ? (process.env.API_URL ?? 'http://127.0.0.1:3000') : '')

/** Any answer of the API; throws an `ApiError` when there is none. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(base() + path, { cache: 'no-store', signal: AbortSignal.timeout(patienceMs), ...init })
  } catch (error) {
    throw new ApiError('CryptoFlow does not answer. It may be starting, or have stopped.', { cause: error })
  }
}

/** What a request brings that sends JSON. */
export const toJsonRequest = (method: 'POST' | 'PUT' | 'DELETE', body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** The body of a good answer, undefined where it has none; throws an `ApiError` in the server's words otherwise. */
export async function readAnswer<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T
  if (response.ok) return response.json()
  const body: ErrorBody | null = await response.json().catch(() => null)
  throw new ApiError(body?.error.message ?? `CryptoFlow answered ${response.status}.`, {
    status: response.status,
  })
}

export const get = async <T>(path: string): Promise<T> => readAnswer<T>(await request(path))

export const fetchOverview = (): Promise<MarketOverview> => get('/api/v1/market/overview')

export const fetchMarketHistory = (days: number): Promise<MarketHistory> => get(`/api/v1/market/history?days=${days}`)

function toSearch(query: object): URLSearchParams {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))
}

export const fetchCoins = (query: Partial<CoinListQuery>): Promise<CoinList> => get(`/api/v1/coins?${toSearch(query)}`)

export const fetchCorrelation = (query: CorrelationQuery): Promise<CorrelationMatrix> =>
  get(`/api/v1/analytics/correlation?${toSearch(query)}`)

export const fetchVolatility = (query: VolatilityQuery): Promise<VolatilityRanking> =>
  get(`/api/v1/analytics/volatility?${toSearch(query)}`)

const coinPath = (id: string | number): string => `/api/v1/coins/${encodeURIComponent(id)}`

const noSuchCoin: readonly (number | undefined)[] = [404, 422]

/** One coin; undefined when there is none of that id, or can be none. */
export async function findCoin(id: string): Promise<CoinDetail | undefined> {
  try {
    return await get<CoinDetail>(coinPath(id))
  } catch (error) {
    if (error instanceof ApiError && noSuchCoin.includes(error.status)) return undefined
    throw error
  }
}

export const fetchHistory = (id: number, days: number): Promise<CoinHistory> =>
  get(`${coinPath(id)}/history?days=${days}`)

export const fetchDailyCandles = (id: number, days: number): Promise<CoinOhlcv> =>
  get(`${coinPath(id)}/ohlcv?days=${days}`)

export const fetchIntradayCandles = (id: number, interval: Interval, limit: number): Promise<CoinOhlcv> =>
  get(`${coinPath(id)}/ohlcv?interval=${interval}&limit=${limit}`)

export const fetchAnalytics = (id: number, query: CoinAnalyticsQuery): Promise<CoinAnalytics> =>
  get(`${coinPath(id)}/analytics?${toSearch(query)}`)

export const fetchSparklines = (ids: readonly number[]): Promise<Sparklines> =>
  get(`/api/v1/coins/sparklines?ids=${ids.join(',')}`)

/** A server that is not ready says so in the same shape, with status 503. */
export async function fetchReadiness(): Promise<Readiness> {
  const response = await request('/readyz')
  if (response.ok || response.status === 503) return response.json()
  throw new ApiError(`CryptoFlow answered ${response.status}.`)
}

/** What a page shows first: the data, or null when it could not be had; the page asks again in the browser. */
export const orNull = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null)
