import { PageHead } from '@/components/shell/page-head'
import { ResetPassword } from './account/reset-password'

export default function ResetPasswordPage() {
  return (
    <>
      <PageHead title="New password" />
      <ResetPassword />
    </>
  )
}
