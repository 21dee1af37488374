import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import type { Metadata } from 'next'
import type { SearchParams } from 'nuqs/server'
import { AnalyticsView } from './analytics'
import { correlationQuery, volatilityQuery } from './queries'
import { loadAnalyticsState } from './state'

export const metadata: Metadata = {
  title: 'Analytics',
  description: 'Correlation, risk and return, largest falls and volatility of the largest coins, over five periods.',
}
export const dynamic = 'force-dynamic'

export default async function AnalyticsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await loadAnalyticsState(searchParams)
  const client = new QueryClient()
  await Promise.all([
    client.prefetchQuery(correlationQuery(state, state.coins)),
    client.prefetchQuery(volatilityQuery(state)),
  ])
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AnalyticsView />
    </HydrationBoundary>
  )
}
