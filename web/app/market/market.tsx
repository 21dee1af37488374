'use client'

import type { CoinList, CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useState } from 'react'
import { remember } from '@/components/shell/preferences'
import { Button } from '@/components/ui/button'
import { EmptyState, ErrorState } from '@/components/ui/states'
import { fetchAllCoins } from '@/lib/all-coins'
import { fetchCoins } from '@/lib/api'
import { CoinTable, TableSkeleton } from './coin-table'
import { columnsCookie, fromHidden } from './column-choice'
import { columns } from './columns'
import { ColumnsMenu } from './columns-menu'
import { ExportButton } from './export-button'
import { Pager } from './pager'
import { marketParsers, toCoinQuery } from './query'
import { Toolbar } from './toolbar'

const everyMs = 60_000
const ascendingFirst: readonly CoinSortKey[] = ['market_cap_rank', 'name']

function useHiddenColumns(atFirst: string[]): [string[], (hidden: string[]) => void] {
  const [hidden, setHidden] = useState(atFirst)
  const hide = (next: string[]) => {
    remember(columnsCookie, fromHidden(next))
    setHidden(next)
  }
  return [hidden, hide]
}

type First = { query: CoinListQuery; coins: CoinList | null; hidden: string[] }

/** Every tracked coin; what is searched, sorted and paged is in the URL. `first` is what the server already knew. */
export function Market({ first }: { first: First }) {
  const [hidden, hide] = useHiddenColumns(first.hidden)
  const [state, setState] = useQueryStates(marketParsers, { history: 'push' })
  const query = toCoinQuery(state)
  const isWhole = state.per_page === 'all'
  const isFirst = !isWhole && first.coins !== null && JSON.stringify(query) === JSON.stringify(first.query)
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['coins', query, isWhole],
    queryFn: () => (isWhole ? fetchAllCoins(query) : fetchCoins(query)),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    ...(isFirst && first.coins !== null ? { initialData: first.coins } : {}),
  })
  const shown = columns.filter(({ id }) => !hidden.includes(id))
  const sortBy = (key: CoinSortKey) => {
    const sort_dir = ascendingFirst.includes(key) ? 'asc' : 'desc'
    const flipped = query.sort_dir === 'asc' ? 'desc' : 'asc'
    void setState({ sort_by: key, sort_dir: key === query.sort_by ? flipped : sort_dir, page: 1 })
  }
  const clear = () => void setState({ search: '', kind: null, page: 1 })
  return (
    <>
      <h1 className="sr-only">Market</h1>
      <section className="panel" aria-label="Coins">
        <Toolbar
          search={state.search}
          kind={state.kind}
          total={data?.total}
          onSearch={(search) => void setState({ search, page: 1 }, { history: 'replace' })}
          onKind={(kind) => void setState({ kind, page: 1 })}
        >
          <ColumnsMenu hidden={hidden} onHide={hide} />
          <ExportButton query={query} columns={shown} />
        </Toolbar>
        {data === undefined && error === null && <TableSkeleton />}
        {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
        {data !== undefined && data.items.length > 0 && (
          <CoinTable coins={data.items} columns={shown} query={query} busy={isPlaceholderData} onSort={sortBy} />
        )}
        {data !== undefined && data.items.length === 0 && <Nothing query={query} total={data.total} onClear={clear} />}
        {data !== undefined && data.total > 0 && (
          <Pager
            list={data}
            size={state.per_page}
            onPage={(page) => void setState({ page })}
            onSize={(per_page) => void setState({ per_page, page: 1 })}
          />
        )}
      </section>
    </>
  )
}

function Nothing({ query, total, onClear }: { query: CoinListQuery; total: number; onClear: () => void }) {
  if (total > 0) return <EmptyState title={`There is no page ${query.page}`} />
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
