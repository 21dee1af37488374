import type { Metadata } from 'next'
import { fetchCoins, fetchOverview, orNull } from '@/lib/api'
import { Dashboard } from './dashboard'
import { treemapCoins } from './treemap-layout'

export const metadata: Metadata = { title: 'Dashboard · CryptoFlow' }
export const dynamic = 'force-dynamic'

export default async function DashboardPage() {
  const [overview, coins] = await Promise.all([orNull(fetchOverview()), orNull(fetchCoins(treemapCoins))])
  return <Dashboard overview={overview} coins={coins} />
}
