import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { useSessionState } from '@/lib/session'

const bellModule = new LazyModule(() => import('./bell'))

/** The bell of a signed-in account, loaded once there is one. `startsSignedIn`: the state in the server's HTML. */
export function NotificationBell({ startsSignedIn }: { startsSignedIn: boolean }) {
  const { status, session: account } = useSessionState()
  const loaded = useLazyModule(bellModule, account !== null)
  if (account !== null && loaded !== undefined) return <loaded.Bell userId={account.id} />
  return account !== null || (status === 'unknown' && startsSignedIn) ? <span aria-hidden className="size-8" /> : null
}
