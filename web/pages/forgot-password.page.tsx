import { PageHead } from '@/components/shell/page-head'
import { ForgotPassword } from './account/forgot-password'

export default function ForgotPasswordPage() {
  return (
    <>
      <PageHead title="Forgot password" />
      <ForgotPassword />
    </>
  )
}
