import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { toSignIn } from './links'
import { useSessionState } from './session'
import type { Session } from './session-store'

/**
 * The session of a page that requires one; null until it is known. Redirects to the sign-in page when the session has
 * ended, and to the dashboard after a sign-out.
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
