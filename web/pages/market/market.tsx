import type { CoinList, CoinListQuery } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import { remember } from '@/components/shell/preferences'
import { Button } from '@/components/ui/button'
import { Pager } from '@/components/ui/pager'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { RetiredCoins } from '@/components/watchlist/retired-coins'
import { fetchAllCoins } from '@/lib/all-coins'
import { fetchCoins } from '@/lib/api'
import { CoinTable, TableSkeleton } from './coin-table'
import { ColumnsMenu } from './columns-menu'
import { ExportButton } from './export-button'
import { columnsCookie, fromHidden } from './hidden-columns'
import { type Column, columns } from './market-columns'
import { Toolbar } from './market-toolbar'
import { type MarketQuery, marketParsers, type PageSize, pageSizes, toCoinQuery } from './market-url-state'
import type { Order } from './table-head'
import { NoWatchlist, useWatched } from './watchlist-filter'

const everyMs = 60_000

function useHiddenColumns(atFirst: string[]): [string[], (hidden: string[]) => void] {
  const [hidden, setHidden] = useState(atFirst)
  const hide = (next: string[]) => {
    remember(columnsCookie, fromHidden(next))
    setHidden(next)
  }
  return [hidden, hide]
}

/** What the server knew already, and what the reader does not want to see. */
export type First = { query: CoinListQuery; coins: CoinList | null; hidden: string[] }

/** The coins that the URL asks for, narrowed to the watched ones where it says so. */
function useCoins(first: First, state: MarketQuery) {
  const { state: watched, ids } = useWatched(state.list)
  const query = toCoinQuery(state, ids)
  const isWhole = state.per_page === 'all'
  const isFirst = !isWhole && first.coins !== null && JSON.stringify(query) === JSON.stringify(first.query)
  const answer = useQuery({
    queryKey: ['coins', query, isWhole],
    queryFn: () => (isWhole ? fetchAllCoins(query) : fetchCoins(query)),
    enabled: watched === 'ready',
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    ...(isFirst && first.coins !== null ? { initialData: first.coins } : {}),
  })
  const coins = answer.data?.items.filter(({ id }) => ids?.includes(id) ?? true) ?? []
  return { watched, query, coins, ...answer }
}

type Turn = { page: number; per_page?: PageSize }
type ListingProps = {
  found: ReturnType<typeof useCoins>
  shown: readonly Column[]
  size: PageSize
  onSort: (order: Order) => void
  onTurn: (turn: Turn) => void
  onClear: () => void
}

/** The table of the coins with its pages, or why there is none. */
function Listing({ found, shown, size, onSort, onTurn, onClear }: ListingProps) {
  const { data, error, refetch, isPlaceholderData, coins, query } = found
  if (data === undefined)
    return error === null ? <TableSkeleton /> : <ErrorState message={error.message} onRetry={() => void refetch()} />
  return (
    <>
      {coins.length > 0 && (
        <CoinTable coins={coins} columns={shown} query={query} busy={isPlaceholderData} onSort={onSort} />
      )}
      {coins.length === 0 && isPlaceholderData && <TableSkeleton />}
      {coins.length === 0 && !isPlaceholderData && (
        <Nothing query={query} total={data.total} onClear={onClear} onTurn={onTurn} />
      )}
      {data.total > 0 && (
        <Pager
          list={data}
          onPage={(page) => onTurn({ page })}
          rows={{ sizes: pageSizes, size, onSize: (per_page) => onTurn({ per_page, page: 1 }) }}
        />
      )}
    </>
  )
}

/** Every tracked coin; what is searched, sorted and paged is in the URL. `first` is what the server already knew. */
export function Market({ first }: { first: First }) {
  const [hidden, hide] = useHiddenColumns(first.hidden)
  const [state, setState] = useQueryStates(marketParsers, { history: 'push' })
  const found = useCoins(first, state)
  const { watched, query } = found
  const shown = useMemo(() => columns.filter(({ id }) => !hidden.includes(id)), [hidden])
  const sortBy = (order: Order) => void setState({ ...order, page: 1 })
  const clear = () => void setState({ search: '', kind: null, list: null, page: 1 })
  const turn = (next: Turn) => void setState(next)
  return (
    <>
      <h1 className="sr-only">Market</h1>
      <section className="panel" aria-label="Coins">
        <Toolbar
          search={state.search}
          kind={state.kind}
          list={state.list}
          total={watched === 'ready' ? found.data?.total : undefined}
          onSearch={(search) => void setState({ search, page: 1 }, { history: 'replace' })}
          onKind={(kind) => void setState({ kind, page: 1 })}
          onList={(list) => void setState({ list, page: 1 })}
        >
          <ColumnsMenu hidden={hidden} onHide={hide} />
          {watched === 'ready' && <ExportButton query={query} columns={shown} />}
        </Toolbar>
        {state.list !== null && <RetiredCoins />}
        {watched === 'ready' ? (
          <Listing found={found} shown={shown} size={state.per_page} onSort={sortBy} onTurn={turn} onClear={clear} />
        ) : (
          <NoWatchlist state={watched} onClear={clear} />
        )}
      </section>
    </>
  )
}

type NothingProps = { query: CoinListQuery; total: number; onClear: () => void; onTurn: (turn: Turn) => void }

function Nothing({ query, total, onClear, onTurn }: NothingProps) {
  if (total > 0)
    return (
      <EmptyState title={`There is no page ${query.page}`}>
        <Button onClick={() => onTurn({ page: 1 })}>Go to the first page</Button>
      </EmptyState>
    )
  if (query.search === undefined && query.kind === undefined && query.ids !== undefined)
    return (
      <EmptyState title="None of your watched coins is tracked">
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
