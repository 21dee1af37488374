import type { CoinList, CoinListQuery } from '@contract/coins.ts'
import type { ErrorBody } from '@contract/errors.ts'
import type { MarketOverview } from '@contract/market.ts'
import type { Readiness } from '@contract/status.ts'

const patienceMs = 10_000

/** The API said no, or did not answer; the message is fit for a person. */
class ApiError extends Error {}

const base = (): string => (typeof window === 'undefined' ? (process.env.API_URL ?? 'http://127.0.0.1:3000') : '')

async function request(path: string): Promise<Response> {
  try {
    return await fetch(base() + path, { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) })
  } catch (error) {
    throw new ApiError('CryptoFlow does not answer. It may be starting, or have stopped.', { cause: error })
  }
}

async function get<T>(path: string): Promise<T> {
  const response = await request(path)
  if (response.ok) return response.json()
  const body: ErrorBody | null = await response.json().catch(() => null)
  throw new ApiError(body?.error.message ?? `CryptoFlow answered ${response.status}.`)
}

export const fetchOverview = (): Promise<MarketOverview> => get('/api/v1/market/overview')

export function fetchCoins(query: Partial<CoinListQuery>): Promise<CoinList> {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return get(`/api/v1/coins?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`)
}

/** A server that is not ready says so in the same shape, with status 503. */
export async function fetchReadiness(): Promise<Readiness> {
  const response = await request('/readyz')
  if (response.ok || response.status === 503) return response.json()
  throw new ApiError(`CryptoFlow answered ${response.status}.`)
}

/** What a page shows first: the data, or null when it could not be had; the page asks again in the browser. */
export const orNull = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null)
