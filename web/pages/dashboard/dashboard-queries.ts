import type { VolatilityRanking } from '@contract/analytics.ts'
import type { MarketHistory, MarketOverview } from '@contract/market.ts'
import type { JobHealth } from '@contract/pipeline.ts'
import type { TableQuality } from '@contract/quality.ts'
import { fetchJobHealth, fetchMarketHistory, fetchOverview, fetchTableQuality, fetchVolatility } from '@/lib/api'
import type { MapList } from './treemap-layout'

export const historyDays = 7
export const riskQuery = { period_days: 90, top_n: 100, exclude_stablecoins: true, exclude_wrapped: true } as const

/** The data that the server fetched for each part of the page; null where a fetch failed. */
export type InitialData = {
  overview: MarketOverview | null
  history: MarketHistory | null
  coins: MapList | null
  risk: VolatilityRanking | null
  jobs: JobHealth[] | null
  quality: TableQuality[] | null
}

const everyMs = 60_000

const withInitialData = <T>(data: T | null) => ({
  refetchInterval: everyMs,
  ...(data === null ? {} : { initialData: data }),
})

export const overviewQuery = ({ overview }: InitialData) => ({
  queryKey: ['overview'],
  queryFn: fetchOverview,
  ...withInitialData(overview),
})
export const historyQuery = ({ history }: InitialData) => ({
  queryKey: ['market history', historyDays],
  queryFn: () => fetchMarketHistory(historyDays),
  ...withInitialData(history),
})
export const rankingQuery = ({ risk }: InitialData) => ({
  queryKey: ['risk', riskQuery],
  queryFn: () => fetchVolatility(riskQuery),
  ...withInitialData(risk),
})
export const jobsQuery = ({ jobs }: InitialData) => ({
  queryKey: ['pipeline', 'health'],
  queryFn: fetchJobHealth,
  ...withInitialData(jobs),
})
export const qualityQuery = ({ quality }: InitialData) => ({
  queryKey: ['quality', 'tables'],
  queryFn: fetchTableQuality,
  ...withInitialData(quality),
})
