import type { Metadata } from 'next'
import { fetchCoins, fetchMarketHistory, fetchOverview, fetchVolatility, orNull } from '@/lib/api'
import { fetchJobHealth } from '@/lib/pipeline'
import { fetchTableQuality } from '@/lib/quality'
import { Dashboard } from './dashboard'
import { historyDays, riskQuery } from './queries'
import { treemapCoins } from './treemap-layout'

export const metadata: Metadata = {
  title: { absolute: 'Dashboard · CryptoFlow' },
  description:
    'The crypto market at one glance: totals, dominance, market map, movers, risk, and how old the data are.',
}
export const dynamic = 'force-dynamic'

export default async function DashboardPage() {
  const [overview, history, coins, risk, jobs, quality] = await Promise.all([
    orNull(fetchOverview()),
    orNull(fetchMarketHistory(historyDays)),
    orNull(fetchCoins(treemapCoins)),
    orNull(fetchVolatility(riskQuery)),
    orNull(fetchJobHealth()),
    orNull(fetchTableQuality()),
  ])
  return <Dashboard first={{ overview, history, coins, risk, jobs, quality }} />
}
