import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { toSignIn } from '@/lib/links'
import { useSessionState } from '@/lib/session'
import type { Session } from '@/lib/session-store'

/**
 * Who is signed in, on a page that needs somebody; null until that is known. Whose session has ended is led to the
 * sign-in and back; who has signed out, to the dashboard.
 */
export function useRequiredSession(): Session | null {
  const state = useSessionState()
  const router = useRouter()
  useEffect(() => {
    if (state.status !== 'signed_out') return
    router.replace(state.ended ? toSignIn(window.location.pathname + window.location.search) : '/')
  }, [state, router])
  return state.session
}
