import { useSyncExternalStore } from 'react'
import { request } from './api'
import { hasHint, setHint } from './session-hint'
import { type Session, type SessionState, SessionStore } from './session-store'

const channelName = 'cryptoflow_session'
const unknown: SessionState = { status: 'unknown', session: null }

let channel: BroadcastChannel | undefined

export const session = new SessionStore({
  send: request,
  announce: () => channel?.postMessage(null),
  hint: { has: hasHint, set: setHint },
})

/** Loads the session and follows the other tabs; once per page. Returns what ends that. */
export function startSession(): () => void {
  channel = new BroadcastChannel(channelName)
  channel.onmessage = session.reload
  const stop = session.start()
  return () => {
    stop()
    channel?.close()
    channel = undefined
  }
}

/** Whether there is a session; `unknown` until the server has answered. */
export const useSessionState = (): SessionState => useSyncExternalStore(session.subscribe, session.state, () => unknown)

/** The signed-in account; null when there is none, or while that is unknown. */
export const useSession = (): Session | null =>
  useSyncExternalStore(
    session.subscribe,
    () => session.state().session,
    () => null,
  )

/** `fetch` of an API path with the session; a 401 updates the session state. */
export const authorizedFetch = session.fetch
