import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type DehydratedProps, toDehydratedProps } from '@/lib/api'
import { correlationQuery, volatilityQuery } from './analytics-queries'
import { loadAnalyticsState } from './analytics-url-state'
import { AnalyticsView } from './analytics-view'

export const getServerSideProps: GetServerSideProps<DehydratedProps> = async ({ query }) => {
  const state = loadAnalyticsState(query)
  const client = new QueryClient()
  await Promise.all([
    client.prefetchQuery(correlationQuery(state, state.coins)),
    client.prefetchQuery(volatilityQuery(state)),
  ])
  return { props: toDehydratedProps(client) }
}

export default function AnalyticsPage() {
  return (
    <>
      <PageHead
        title="Analytics"
        description="Correlation, risk and return, max drawdown and volatility of the largest coins."
      />
      <AnalyticsView />
    </>
  )
}
