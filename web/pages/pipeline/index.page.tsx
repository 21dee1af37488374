import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type Known, toKnown } from '@/lib/known'
import { Pipeline } from './pipeline'
import { healthQuery, runsQuery, streamQuery, timelineQuery } from './queries'
import { loadPipelineState, toRunQuery } from './query'

export const getServerSideProps: GetServerSideProps<Known> = async ({ query }) => {
  const client = new QueryClient()
  await Promise.all([
    client.prefetchQuery(healthQuery),
    client.prefetchQuery(timelineQuery),
    client.prefetchQuery(runsQuery(toRunQuery(loadPipelineState(query)))),
    client.prefetchQuery(streamQuery),
  ])
  return { props: toKnown(client) }
}

export default function PipelinePage() {
  return (
    <>
      <PageHead
        title="Pipeline"
        description="The jobs that fill the warehouse, their runs of the last 24 h, and the live price stream."
      />
      <Pipeline />
    </>
  )
}
