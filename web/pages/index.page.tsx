import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import {
  fetchCoins,
  fetchJobHealth,
  fetchMarketHistory,
  fetchMarketSummary,
  fetchOverview,
  fetchSectors,
  fetchSentiment,
  fetchTableQuality,
  orNull,
} from '@/lib/api'
import { Dashboard } from './dashboard/dashboard'
import { historyDays, type InitialData } from './dashboard/dashboard-queries'
import { toMapList, treemapCoins } from './dashboard/treemap-layout'

export const getServerSideProps: GetServerSideProps<{ initial: InitialData }> = async () => {
  const [overview, history, coins, sentiment, sectors, summary, jobs, quality] = await Promise.all([
    orNull(fetchOverview()),
    orNull(fetchMarketHistory(historyDays)),
    orNull(fetchCoins(treemapCoins).then(toMapList)),
    orNull(fetchSentiment()),
    orNull(fetchSectors()),
    orNull(fetchMarketSummary()),
    orNull(fetchJobHealth()),
    orNull(fetchTableQuality()),
  ])
  return { props: { initial: { overview, history, coins, sentiment, sectors, summary, jobs, quality } } }
}

export default function DashboardPage({ initial }: { initial: InitialData }) {
  return (
    <>
      <PageHead
        title="Dashboard"
        description="Crypto market overview: market cap, volume, dominance, market map, top movers, risk and data freshness."
      />
      <Dashboard initial={initial} />
    </>
  )
}
