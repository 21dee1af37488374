import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { toSignIn } from '@/lib/links'
import { sessionHint } from '@/lib/session-hint'
import { AccountView } from './account'

export const getServerSideProps: GetServerSideProps = async ({ req }) =>
  req.cookies[sessionHint] === undefined
    ? { redirect: { destination: toSignIn('/account'), permanent: false } }
    : { props: {} }

export default function AccountPage() {
  return (
    <>
      <PageHead title="Account" />
      <AccountView />
    </>
  )
}
