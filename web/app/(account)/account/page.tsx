import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { toSignIn } from '@/lib/return-path'
import { sessionHint } from '@/lib/session-hint'
import { AccountView } from './account'

export const metadata: Metadata = { title: 'Account' }
export const dynamic = 'force-dynamic'

export default async function AccountPage() {
  if (!(await cookies()).has(sessionHint)) redirect(toSignIn('/account'))
  return <AccountView />
}
