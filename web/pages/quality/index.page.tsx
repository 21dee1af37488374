import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type DehydratedProps, toDehydratedProps } from '@/lib/api'
import { hoursQuery, methodsQuery, tablesQuery } from './quality-queries'
import { Quality } from './quality-view'

export const getServerSideProps: GetServerSideProps<DehydratedProps> = async () => {
  const client = new QueryClient()
  await Promise.all([
    client.prefetchQuery(tablesQuery),
    client.prefetchQuery(hoursQuery),
    client.prefetchQuery(methodsQuery),
  ])
  return { props: toDehydratedProps(client) }
}

export default function QualityPage() {
  return (
    <>
      <PageHead
        title="Quality"
        description="Data quality: open incidents, a score per table, and hourly check results."
      />
      <Quality />
    </>
  )
}
