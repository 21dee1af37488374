import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { toSignIn } from '@/lib/links'
import { sessionHint } from '@/lib/session-hint'
import { SqlView } from './sql-view'

export const getServerSideProps: GetServerSideProps = async ({ req }) =>
  req.cookies[sessionHint] === undefined
    ? { redirect: { destination: toSignIn('/sql'), permanent: false } }
    : { props: {} }

export default function SqlPage() {
  return (
    <>
      <PageHead title="SQL" />
      <SqlView />
    </>
  )
}
