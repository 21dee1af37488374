import { PageHead } from '@/components/shell/page-head'
import { SignIn } from './account/sign-in'

export default function SignInPage() {
  return (
    <>
      <PageHead title="Sign in" />
      <SignIn />
    </>
  )
}
