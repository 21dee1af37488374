import { Button } from '@/components/ui/button'
import { IntentLink } from '@/components/ui/intent-link'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { toSignIn } from '@/lib/links'
import { useSessionState } from '@/lib/session'
import { useWatchlist } from '@/lib/watchlist'
import { TableSkeleton } from './coin-table'

type State = 'ready' | 'loading' | 'empty' | { message: string; retry: () => void }

/** `ids`: the coins on the watchlist; undefined when all coins are shown. */
type WatchlistFilter = { state: State; ids: readonly number[] | undefined }

export function useWatchlistFilter(list: 'watchlist' | null): WatchlistFilter {
  const { data, error, refetch } = useWatchlist()
  if (list === null) return { state: 'ready', ids: undefined }
  const ids = data?.coin_ids ?? []
  if (data !== undefined) return { state: ids.length === 0 ? 'empty' : 'ready', ids }
  return { state: error === null ? 'loading' : { message: error.message, retry: () => void refetch() }, ids }
}

export function NoWatchlist({ state, onClear }: { state: Exclude<State, 'ready'>; onClear: () => void }) {
  if (state === 'loading') return <TableSkeleton />
  if (typeof state === 'object') return <ErrorState message={state.message} onRetry={state.retry} />
  return <EmptyWatchlist onClear={onClear} />
}

function EmptyWatchlist({ onClear }: { onClear: () => void }) {
  const isSignedOut = useSessionState().status === 'signed_out'
  return (
    <EmptyState title="Your watchlist is empty">
      <p className="text-[13px] text-muted">
        Star a coin to add it.
        {isSignedOut && (
          <>
            {' This device keeps it. '}
            <IntentLink href={toSignIn('/market?list=watchlist')} className="text-accent underline">
              Sign in
            </IntentLink>
            {' to have it on all your devices.'}
          </>
        )}
      </p>
      <Button onClick={onClear}>Show all coins</Button>
    </EmptyState>
  )
}
