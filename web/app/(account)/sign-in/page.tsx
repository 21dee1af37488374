import type { Metadata } from 'next'
import { SignIn } from './sign-in'

export const metadata: Metadata = { title: 'Sign in' }
export const dynamic = 'force-dynamic'

export default function SignInPage() {
  return <SignIn />
}
