'use client'

import type { CoinList, CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { Button } from '@/components/ui/button'
import { Pager } from '@/components/ui/pager'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { fetchCoins } from '@/lib/api'
import { CoinTable, TableSkeleton } from './coin-table'
import { marketParsers, pageSizes, toCoinQuery } from './query'
import { Toolbar } from './toolbar'
import { useSparklines } from './use-sparklines'
import { NoWatchlist, useWatched } from './watched'

const everyMs = 60_000
const ascendingFirst: readonly CoinSortKey[] = ['market_cap_rank', 'name']

/** Every tracked coin; what is searched, sorted and paged is in the URL. `first` is what the server already knew. */
export function Market({ first }: { first: { query: CoinListQuery; coins: CoinList | null } }) {
  const [state, setState] = useQueryStates(marketParsers, { history: 'push' })
  const watched = useWatched(state.list)
  const query = toCoinQuery(state, watched.ids)
  const isFirst = first.coins !== null && JSON.stringify(query) === JSON.stringify(first.query)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['coins', query],
    queryFn: () => fetchCoins(query),
    enabled: watched.state === 'ready',
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    ...(isFirst && first.coins !== null ? { initialData: first.coins } : {}),
  })
  const coins = data?.items.filter(({ id }) => watched.ids?.includes(id) ?? true) ?? []
  const sparklines = useSparklines(coins)
  const sortBy = (key: CoinSortKey) => {
    const sort_dir = ascendingFirst.includes(key) ? 'asc' : 'desc'
    const flipped = query.sort_dir === 'asc' ? 'desc' : 'asc'
    void setState({ sort_by: key, sort_dir: key === query.sort_by ? flipped : sort_dir, page: 1 })
  }
  const clear = () => void setState({ search: '', kind: null, list: null, page: 1 })
  const table = (
    <>
      {data === undefined && error === null && <TableSkeleton />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data !== undefined && coins.length > 0 && (
        <CoinTable coins={coins} sparklines={sparklines} query={query} busy={isPlaceholderData} onSort={sortBy} />
      )}
      {data !== undefined && coins.length === 0 && isPlaceholderData && <TableSkeleton />}
      {data !== undefined && coins.length === 0 && !isPlaceholderData && (
        <Nothing query={query} total={data.total} onClear={clear} />
      )}
      {data !== undefined && data.total > 0 && (
        <Pager
          list={data}
          onPage={(page) => void setState({ page })}
          sizes={pageSizes}
          onSize={(per_page) => void setState({ per_page, page: 1 })}
        />
      )}
    </>
  )
  return (
    <>
      <h1 className="sr-only">Market</h1>
      <section className="panel" aria-label="Coins">
        <Toolbar
          search={state.search}
          kind={state.kind}
          list={state.list}
          total={watched.state === 'ready' ? data?.total : undefined}
          onSearch={(search) => void setState({ search, page: 1 }, { history: 'replace' })}
          onKind={(kind) => void setState({ kind, page: 1 })}
          onList={(list) => void setState({ list, page: 1 })}
        />
        {watched.state === 'ready' ? table : <NoWatchlist state={watched.state} onClear={clear} />}
      </section>
    </>
  )
}

function Nothing({ query, total, onClear }: { query: CoinListQuery; total: number; onClear: () => void }) {
  if (total > 0) return <EmptyState title={`There is no page ${query.page}`} />
  if (query.search === undefined && query.kind === undefined && query.ids !== undefined)
    return (
      <EmptyState title="No coin that you watch is followed any more">
        <Button onClick={onClear}>Show all coins</Button>
      </EmptyState>
    )
  if (query.search === undefined && query.kind === undefined)
    return (
      <EmptyState title="No coin here yet">
        <p className="text-[13px] text-muted">The table fills with the first snapshot of the market.</p>
      </EmptyState>
    )
  return (
    <EmptyState title={query.search === undefined ? 'No coin of this kind' : `No coin matches “${query.search}”`}>
      <Button onClick={onClear}>Show all coins</Button>
    </EmptyState>
  )
}
