import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { toSignIn } from '@/lib/links'
import { sessionHint } from '@/lib/session-hint'
import { PortfolioView } from './portfolio-view'

export const getServerSideProps: GetServerSideProps = async ({ req }) =>
  req.cookies[sessionHint] === undefined
    ? { redirect: { destination: toSignIn('/portfolio'), permanent: false } }
    : { props: {} }

export default function PortfolioPage() {
  return (
    <>
      <PageHead title="Portfolio" />
      <PortfolioView />
    </>
  )
}
