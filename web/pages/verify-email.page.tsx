import { PageHead } from '@/components/shell/page-head'
import { VerifyEmail } from './account/verify-email'

export default function VerifyEmailPage() {
  return (
    <>
      <PageHead title="Confirm email" />
      <VerifyEmail />
    </>
  )
}
