import { QueryClient } from '@tanstack/react-query'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { type DehydratedProps, toDehydratedProps } from '@/lib/api'
import { healthQuery, runQuery } from '../pipeline-queries'
import { RunView } from '../run-view'

type RunPageProps = DehydratedProps & { id: number }

export const getServerSideProps: GetServerSideProps<RunPageProps> = async ({ params, res }) => {
  const text = String(params?.id)
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0
  const client = new QueryClient()
  await Promise.all([client.prefetchQuery(runQuery(id)), client.prefetchQuery(healthQuery)])
  if (client.getQueryData(runQuery(id).queryKey) === null) res.statusCode = 404
  return { props: { ...toDehydratedProps(client), id } }
}

export default function RunPage({ id }: RunPageProps) {
  return (
    <>
      <PageHead
        title={id === 0 ? 'Run not found' : `Run ${id}`}
        description="A pipeline run: retry chain, source requests, results and log."
      />
      <RunView key={id} id={id} />
    </>
  )
}
