import type { VolatilityRanking } from '@contract/analytics.ts'
import type { CoinList } from '@contract/coins.ts'
import type { MarketHistory, MarketOverview } from '@contract/market.ts'
import type { JobHealth } from '@contract/pipeline.ts'
import type { TableQuality } from '@contract/quality.ts'
import { fetchMarketHistory, fetchOverview, fetchVolatility } from '@/lib/api'
import { fetchJobHealth } from '@/lib/pipeline'
import { fetchTableQuality } from '@/lib/quality'

export const historyDays = 7
/** Annualized volatility needs at least 30 daily returns. */
export const riskQuery = { period_days: 90, top_n: 100, exclude_stablecoins: true, exclude_wrapped: true } as const

/** What the server already knew of each part of the page; null where it could not be had. */
export type First = {
  overview: MarketOverview | null
  history: MarketHistory | null
  coins: CoinList | null
  risk: VolatilityRanking | null
  jobs: JobHealth[] | null
  quality: TableQuality[] | null
}

const everyMs = 60_000

/** Begins with what the server knew, and asks again each minute. */
const begun = <T>(known: T | null) => ({
  refetchInterval: everyMs,
  ...(known === null ? {} : { initialData: known }),
})

export const overviewQuery = ({ overview }: First) => ({
  queryKey: ['overview'],
  queryFn: fetchOverview,
  ...begun(overview),
})
export const historyQuery = ({ history }: First) => ({
  queryKey: ['market history', historyDays],
  queryFn: () => fetchMarketHistory(historyDays),
  ...begun(history),
})
export const rankingQuery = ({ risk }: First) => ({
  queryKey: ['risk', riskQuery],
  queryFn: () => fetchVolatility(riskQuery),
  ...begun(risk),
})
export const jobsQuery = ({ jobs }: First) => ({
  queryKey: ['pipeline', 'health'],
  queryFn: fetchJobHealth,
  ...begun(jobs),
})
export const qualityQuery = ({ quality }: First) => ({
  queryKey: ['quality', 'tables'],
  queryFn: fetchTableQuality,
  ...begun(quality),
})
