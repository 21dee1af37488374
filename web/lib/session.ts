import { useSyncExternalStore } from 'react'
import { request } from './api'
import { hasHint, setHint } from './session-hint'
import { type Session, type SessionNews, type SessionState, SessionStore } from './session-store'

const name = 'cryptoflow_session'
const unknown: SessionState = { status: 'unknown', session: null }

let channel: BroadcastChannel | undefined

/**
 * Tabs take turns by a lock of the browser. It has one on secure origins only: elsewhere two may refresh at once, and
 * the server then gives both the same successor.
 */
const exclusively = <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request(name, work) : work()

export const session = new SessionStore({
  send: request,
  exclusively,
  tell: (news) => channel?.postMessage(news),
  hint: { has: hasHint, set: setHint },
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
})

/** Finds the session that the browser holds, and keeps it; once per page. Returns what ends that. */
export function startSession(): () => void {
  channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<SessionNews>) => session.hear(data)
  const stop = session.start()
  return () => {
    stop()
    channel?.close()
    channel = undefined
  }
}

/** Whether somebody is signed in; `unknown` until the server has answered. */
export const useSessionState = (): SessionState => useSyncExternalStore(session.subscribe, session.state, () => unknown)

/** Who is signed in; null when nobody is, or as long as it is not known. */
export const useSession = (): Session | null =>
  useSyncExternalStore(
    session.subscribe,
    () => session.state().session,
    () => null,
  )

/** As `fetch` of a path of the API, as whoever is signed in; throws an `ApiError` of status 401 when nobody is. */
export const authorizedFetch = session.fetch
