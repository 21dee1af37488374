import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type DehydratedProps, toDehydratedProps } from '@/lib/api'
import { healthQuery, lineageQuery, nodesQuery, runsQuery, streamQuery, timelineQuery } from './pipeline-queries'
import { loadPipelineState, toRunQuery } from './pipeline-url-state'
import { Pipeline } from './pipeline-view'

export const getServerSideProps: GetServerSideProps<DehydratedProps> = async ({ query }) => {
  const client = new QueryClient()
  await Promise.all([
    client.prefetchQuery(healthQuery),
    client.prefetchQuery(nodesQuery),
    client.prefetchQuery(lineageQuery),
    client.prefetchQuery(timelineQuery),
    client.prefetchQuery(runsQuery(toRunQuery(loadPipelineState(query)))),
    client.prefetchQuery(streamQuery),
  ])
  return { props: toDehydratedProps(client) }
}

export default function PipelinePage() {
  return (
    <>
      <PageHead title="Pipeline" description="Pipeline jobs, their runs in the last 24 h, and the live price stream." />
      <Pipeline />
    </>
  )
}
