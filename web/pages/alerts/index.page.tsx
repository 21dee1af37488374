import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { toSignIn } from '@/lib/links'
import { sessionHint } from '@/lib/session-hint'
import { AlertsView } from './alerts-view'

type AlertsProps = { coin: string | null }

export const getServerSideProps: GetServerSideProps<AlertsProps> = async ({ req, query, resolvedUrl }) =>
  req.cookies[sessionHint] === undefined
    ? { redirect: { destination: toSignIn(resolvedUrl), permanent: false } }
    : { props: { coin: typeof query.coin === 'string' ? query.coin : null } }

export default function AlertsPage({ coin }: AlertsProps) {
  return (
    <>
      <PageHead title="Alerts" />
      <AlertsView coin={coin} />
    </>
  )
}
