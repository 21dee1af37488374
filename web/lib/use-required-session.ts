import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { toSignIn } from './links'
import { useSessionState } from './session'
import type { Session } from './session-store'

/**
 * The session of a page that requires one; null until it is known. Redirects to the sign-in page when there is none or it
 * has ended, and to the dashboard after a sign-out.
 */
export function useRequiredSession(): Session | null {
  const state = useSessionState()
  const router = useRouter()
  const wasSignedIn = useRef(false)
  useEffect(() => {
    if (state.status === 'signed_in') wasSignedIn.current = true
    if (state.status !== 'signed_out') return
    const hasSignedOut = wasSignedIn.current && !state.ended
    router.replace(hasSignedOut ? '/' : toSignIn(window.location.pathname + window.location.search))
  }, [state, router])
  return state.session
}
