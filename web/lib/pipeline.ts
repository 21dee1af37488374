import type { ErrorBody } from '@contract/errors.ts'
import type { StreamReport } from '@contract/live.ts'
import type { JobHealth, JobId, RunDetail, RunList, RunListQuery, Timeline } from '@contract/pipeline.ts'
import { ApiError, get } from './api'

const path = '/api/v1/pipeline'
const patienceMs = 10_000

/** Where the name of a run or a job leads. */
export const runHref = (id: number): string => `/pipeline?run=${id}`
export const jobHref = (id: string): string => `/pipeline?job=${encodeURIComponent(id)}`

export const fetchJobHealth = (): Promise<JobHealth[]> => get(`${path}/health`)

export const fetchTimeline = (hours: number): Promise<Timeline> => get(`${path}/timeline?hours=${hours}`)

export function fetchRuns(query: Partial<RunListQuery>): Promise<RunList> {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined)
  return get(`${path}/runs?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`)
}

/** One run with its log; null when there is none of that number. */
export async function findRun(id: number): Promise<RunDetail | null> {
  try {
    return await get<RunDetail>(`${path}/runs/${id}`)
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 422)) return null
    throw error
  }
}

export const fetchStreamReport = (): Promise<StreamReport> => get('/api/v1/ws/status')

/** Asks for a run of a job as an administrator; throws with the API's words when it refuses. */
export async function requestRun(job: JobId, accessToken: string): Promise<void> {
  const response = await fetch(`${path}/jobs/${job}/run`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error: unknown) => {
    throw new ApiError('CryptoFlow does not answer. Try again in a moment.', { cause: error })
  })
  if (response.ok) return
  const body: ErrorBody | null = await response.json().catch(() => null)
  throw new ApiError(body?.error.message ?? `CryptoFlow answered ${response.status}.`, { status: response.status })
}
