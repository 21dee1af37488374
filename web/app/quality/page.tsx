import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { Quality } from './quality'
import { hoursQuery, methodsQuery, tablesQuery } from './queries'

export const metadata: Metadata = {
  title: 'Quality',
  description: 'Whether the data are sound: open incidents, a score per table, and every check hour by hour.',
}
export const dynamic = 'force-dynamic'

export default async function QualityPage() {
  const client = new QueryClient()
  await Promise.all([
    client.prefetchQuery(tablesQuery),
    client.prefetchQuery(hoursQuery),
    client.prefetchQuery(methodsQuery),
  ])
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Quality />
    </HydrationBoundary>
  )
}
