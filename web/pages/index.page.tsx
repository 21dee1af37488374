import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import {
  fetchCoins,
  fetchJobHealth,
  fetchMarketHistory,
  fetchOverview,
  fetchTableQuality,
  fetchVolatility,
  orNull,
} from '@/lib/api'
import { Dashboard } from './dashboard/dashboard'
import { historyDays, type InitialData, riskQuery } from './dashboard/dashboard-queries'
import { toMapList, treemapCoins } from './dashboard/treemap-layout'

export const getServerSideProps: GetServerSideProps<{ initial: InitialData }> = async () => {
  const [overview, history, coins, risk, jobs, quality] = await Promise.all([
    orNull(fetchOverview()),
    orNull(fetchMarketHistory(historyDays)),
    orNull(fetchCoins(treemapCoins).then(toMapList)),
    orNull(fetchVolatility(riskQuery)),
    orNull(fetchJobHealth()),
    orNull(fetchTableQuality()),
  ])
  return { props: { initial: { overview, history, coins, risk, jobs, quality } } }
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
