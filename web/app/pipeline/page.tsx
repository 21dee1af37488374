import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import type { Metadata } from 'next'
import type { SearchParams } from 'nuqs/server'
import { Pipeline } from './pipeline'
import { healthQuery, runsQuery, streamQuery, timelineQuery } from './queries'
import { loadPipelineState, toRunQuery } from './query'

export const metadata: Metadata = {
  title: 'Pipeline',
  description: 'The jobs that fill the warehouse, their runs of the last 24 h, and the live price stream.',
}
export const dynamic = 'force-dynamic'

export default async function PipelinePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const client = new QueryClient()
  await Promise.all([
    client.prefetchQuery(healthQuery),
    client.prefetchQuery(timelineQuery),
    client.prefetchQuery(runsQuery(toRunQuery(await loadPipelineState(searchParams)))),
    client.prefetchQuery(streamQuery),
  ])
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Pipeline />
    </HydrationBoundary>
  )
}
