import { Button } from '@/components/ui/button'
import { IntentLink } from '@/components/ui/intent-link'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { toSignIn } from '@/lib/links'
import { useSessionState } from '@/lib/session'
import { useWatchlist } from '@/lib/watchlist'
import { TableSkeleton } from './coin-table'

type State = 'ready' | 'loading' | 'signed_out' | 'empty' | { message: string; retry: () => void }

/** `ids`: the coins on the watchlist; undefined when all coins are shown. */
type WatchlistFilter = { state: State; ids: readonly number[] | undefined }

export function useWatchlistFilter(list: 'watchlist' | null): WatchlistFilter {
  const { status } = useSessionState()
  const { data, error, refetch } = useWatchlist()
  if (list === null) return { state: 'ready', ids: undefined }
  const ids = data?.coin_ids ?? []
  if (status === 'signed_out') return { state: 'signed_out', ids: [] }
  if (data !== undefined) return { state: ids.length === 0 ? 'empty' : 'ready', ids }
  return { state: error === null ? 'loading' : { message: error.message, retry: () => void refetch() }, ids }
}

export function NoWatchlist({ state, onClear }: { state: Exclude<State, 'ready'>; onClear: () => void }) {
  if (state === 'loading') return <TableSkeleton />
  if (typeof state === 'object') return <ErrorState message={state.message} onRetry={state.retry} />
  if (state === 'signed_out')
    return (
      <EmptyState title="Sign in to use your watchlist">
        <p className="text-[13px] text-muted">Your watchlist syncs across your devices.</p>
        <p className="flex gap-4 text-[13px] text-accent underline">
          <IntentLink href={toSignIn('/market?list=watchlist')}>Sign in</IntentLink>
          <IntentLink href={toSignIn('/market?list=watchlist', '/register')}>Register</IntentLink>
        </p>
      </EmptyState>
    )
  return (
    <EmptyState title="Your watchlist is empty">
      <p className="text-[13px] text-muted">Star a coin to add it.</p>
      <Button onClick={onClear}>Show all coins</Button>
    </EmptyState>
  )
}
