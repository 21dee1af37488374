import type { CoinList, CoinListQuery } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ListFilter } from 'lucide-react'
import { useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import { Button } from '@/components/ui/button'
import { PageTitle } from '@/components/ui/page-title'
import { Pager } from '@/components/ui/pager'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { RetiredCoins } from '@/components/watchlist/retired-coins'
import { fetchAllCoins, fetchCoins } from '@/lib/api'
import { savePreference } from '@/lib/preferences'
import { CoinTable, TableSkeleton } from './coin-table'
import { columnsCookie, fromShown, toShown } from './column-choice'
import { ColumnsMenu } from './columns-menu'
import { ExportButton } from './export-button'
import { type Column, columns, optionalColumns } from './market-columns'
import { MarketFilters } from './market-filters'
import { MarketToolbar } from './market-toolbar'
import {
  boundNames,
  defaultState,
  type MarketChange,
  type MarketQuery,
  marketParsers,
  noFilters,
  type PageSize,
  pageSizes,
  toCoinQuery,
} from './market-url-state'
import { SelectButton, SelectionBar, useSelectableColumns } from './row-selection'
import type { Order } from './table-head'
import { ViewsMenu } from './views-menu'
import { NoWatchlist, useWatchlistFilter } from './watchlist-filter'

const everyMs = 60_000

/** The optional columns shown. A choice changes the URL where it names columns, otherwise the user's preference. */
function useColumns(
  initial: readonly string[],
  named: string | null,
  setNamed: (named: string) => void,
): [string[], (shown: string[]) => void] {
  const [chosen, setChosen] = useState(() => toShown(null, initial, optionalColumns))
  const shown = named === null ? chosen : toShown(named, [], optionalColumns)
  const show = (next: string[]) => {
    if (named !== null) return setNamed(next.join('.'))
    savePreference(columnsCookie, fromShown(next, optionalColumns))
    setChosen(next)
  }
  return [shown, show]
}

/** The data that the server fetched, and the columns in which the user's choice differs from the default. */
export type InitialData = { query: CoinListQuery; coins: CoinList | null; toggled: string[] }

/** The coins that match the URL. */
function useCoins(initial: InitialData, state: MarketQuery) {
  const { state: watched, ids } = useWatchlistFilter(state.list)
  const query = toCoinQuery(state, ids)
  const isAll = state.per_page === 'all'
  const isInitial = !isAll && initial.coins !== null && JSON.stringify(query) === JSON.stringify(initial.query)
  const answer = useQuery({
    queryKey: ['coins', query, isAll],
    queryFn: () => (isAll ? fetchAllCoins(query) : fetchCoins(query)),
    enabled: watched === 'ready',
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    ...(isInitial && initial.coins !== null ? { initialData: initial.coins } : {}),
  })
  const coins = answer.data?.items.filter(({ id }) => ids?.includes(id) ?? true) ?? []
  return { watched, query, coins, ...answer }
}

type PageChange = { page: number; per_page?: PageSize }
type CoinListingProps = {
  found: ReturnType<typeof useCoins>
  shown: readonly Column[]
  size: PageSize
  onSort: (order: Order) => void
  onPage: (change: PageChange) => void
  onClear: () => void
}

function CoinListing({ found, shown, size, onSort, onPage, onClear }: CoinListingProps) {
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
        <EmptyTable query={query} total={data.total} onClear={onClear} onPage={onPage} />
      )}
      {data.total > 0 && (
        <Pager
          list={data}
          onPage={(page) => onPage({ page })}
          rows={{ sizes: pageSizes, size, onSize: (per_page) => onPage({ per_page, page: 1 }) }}
        />
      )}
    </>
  )
}

/** All tracked coins. Search, sort order and page are in the URL. */
export function Market({ initial }: { initial: InitialData }) {
  const [state, setState] = useQueryStates(marketParsers, { history: 'push' })
  const [optional, show] = useColumns(initial.toggled, state.columns, (columns) => void setState({ columns }))
  const found = useCoins(initial, state)
  const { watched, query } = found
  const shown = useMemo(
    () => columns.filter((column) => optional.includes(column.id) || !optionalColumns.includes(column)),
    [optional],
  )
  const selectable = useSelectableColumns(shown)
  const active = boundNames.filter((name) => state[name] !== null).length
  const [isFiltering, setIsFiltering] = useState(active > 0)
  const sortBy = (order: Order) => void setState({ ...order, page: 1 })
  const clear = () => void setState(noFilters)
  const goToPage = (change: PageChange) => void setState(change)
  const applyView = (change: MarketChange) => void setState({ ...defaultState, ...change })
  return (
    <>
      <PageTitle>Market</PageTitle>
      <section className="panel" aria-label="Coins">
        <MarketToolbar
          search={state.search}
          kind={state.kind}
          list={state.list}
          total={watched === 'ready' ? found.data?.total : undefined}
          onSearch={(search) => void setState({ search, page: 1 }, { history: 'replace' })}
          onKind={(kind) => void setState({ kind, page: 1 })}
          onList={(list) => void setState({ list, page: 1 })}
        >
          <Button
            aria-label="Filters"
            aria-expanded={isFiltering || active > 0}
            onClick={() => setIsFiltering(!isFiltering)}
          >
            <ListFilter size={16} strokeWidth={1.75} />
            <span className="hidden sm:inline">Filters</span>
            {active > 0 && <span className="num text-accent">{active}</span>}
          </Button>
          <SelectButton />
          <ViewsMenu shown={optional} onView={applyView} />
          <ColumnsMenu shown={optional} onShow={show} />
          {watched === 'ready' && <ExportButton query={query} columns={shown} />}
        </MarketToolbar>
        <SelectionBar />
        {(isFiltering || active > 0) && (
          <MarketFilters bounds={state} onChange={(bounds) => void setState({ ...bounds, page: 1 })} />
        )}
        {state.list !== null && <RetiredCoins />}
        {watched === 'ready' ? (
          <CoinListing
            found={found}
            shown={selectable}
            size={state.per_page}
            onSort={sortBy}
            onPage={goToPage}
            onClear={clear}
          />
        ) : (
          <NoWatchlist state={watched} onClear={clear} />
        )}
      </section>
    </>
  )
}

type EmptyTableProps = {
  query: CoinListQuery
  total: number
  onClear: () => void
  onPage: (change: PageChange) => void
}

function EmptyTable({ query, total, onClear, onPage }: EmptyTableProps) {
  if (total > 0)
    return (
      <EmptyState title={`Page ${query.page} not found`}>
        <Button onClick={() => onPage({ page: 1 })}>Go to first page</Button>
      </EmptyState>
    )
  const isFiltered = query.kind !== undefined || boundNames.some((name) => query[name] !== undefined)
  if (query.search === undefined && !isFiltered && query.ids !== undefined)
    return (
      <EmptyState title="None of the coins on your watchlist are tracked">
        <Button onClick={onClear}>Show all coins</Button>
      </EmptyState>
    )
  if (query.search === undefined && !isFiltered)
    return (
      <EmptyState title="No coins yet">
        <p className="text-[13px] text-muted">Waiting for the first market snapshot.</p>
      </EmptyState>
    )
  return (
    <EmptyState
      title={query.search === undefined ? 'No coins match these filters' : `No coins match “${query.search}”`}
    >
      <p className="text-[13px] text-muted">
        {query.search === undefined ? 'Widen a range or clear the filters.' : 'Check the spelling, or try the symbol.'}
      </p>
      <Button onClick={onClear}>Show all coins</Button>
    </EmptyState>
  )
}
