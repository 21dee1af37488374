import type { MarketHistory, MarketOverview } from '@contract/market.ts'
import type { MarketSummary, Sectors, Sentiment } from '@contract/market-figures.ts'
import type { JobHealth } from '@contract/pipeline.ts'
import type { TableQuality } from '@contract/quality.ts'
import {
  fetchDominance,
  fetchJobHealth,
  fetchMarketHistory,
  fetchMarketSummary,
  fetchOverview,
  fetchSectors,
  fetchSentiment,
  fetchTableQuality,
} from '@/lib/api'
import type { MapList } from './treemap-layout'

export const historyDays = 7
export const dominanceDays = 30

/** The data that the server fetched for each part of the page; null where a fetch failed. */
export type InitialData = {
  overview: MarketOverview | null
  history: MarketHistory | null
  coins: MapList | null
  sentiment: Sentiment | null
  sectors: Sectors | null
  summary: MarketSummary | null
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
/** Not a part of the page that the server renders: its points take more bytes than all else. */
export const dominanceQuery = {
  queryKey: ['dominance', dominanceDays],
  queryFn: () => fetchDominance(dominanceDays),
  staleTime: 10 * everyMs,
}
export const sentimentQuery = ({ sentiment }: InitialData) => ({
  queryKey: ['sentiment'],
  queryFn: fetchSentiment,
  ...withInitialData(sentiment),
})
export const sectorsQuery = ({ sectors }: InitialData) => ({
  queryKey: ['sectors'],
  queryFn: fetchSectors,
  ...withInitialData(sectors),
})
export const summaryQuery = ({ summary }: InitialData) => ({
  queryKey: ['market summary'],
  queryFn: fetchMarketSummary,
  ...withInitialData(summary),
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
