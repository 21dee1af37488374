import type { Coin, CoinListQuery } from '@contract/coins.ts'
import type { CSSProperties, UIEvent } from 'react'
import { cn } from '@/components/ui/cn'
import { Skeleton } from '@/components/ui/states'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { AllRows } from './all-rows'
import { roles } from './coin-row'
import type { Column } from './market-columns'
import { type Order, TableHead } from './table-head'

type TableProps = {
  coins: readonly Coin[]
  columns: readonly Column[]
  query: CoinListQuery
  busy: boolean
  onSort: (order: Order) => void
}

/** Longer tables are virtualized: only the rows in view are in the DOM. */
const maxRenderedRows = 100

/** The grid of the rows as variables: they are the same in the head and in every row. */
function toGrid(columns: readonly Column[]): CSSProperties {
  const tracks = (at: 0 | 1) =>
    columns.map(({ widths, grow }) => (grow === 0 ? `${widths[at]}px` : `minmax(${widths[at]}px,${grow}fr)`)).join(' ')
  const sum = (at: 0 | 1) => `${columns.reduce((width, { widths }) => width + widths[at], 0)}px`
  const grid = { '--columns-phone': tracks(0), '--min-phone': sum(0), '--columns': tracks(1), '--min': sum(1) }
  return grid as CSSProperties
}

/** Head and rows scroll sideways together, as two areas: an area around both would keep the head from the window's top. */
function syncScroll({ currentTarget: table, target }: UIEvent<HTMLTableElement>): void {
  const { scrollLeft } = target as HTMLElement
  for (const part of table.children) if (part.scrollLeft !== scrollLeft) part.scrollLeft = scrollLeft
  table.toggleAttribute('data-scrolled', scrollLeft > 0)
}

const parts = new LazyModule(() => import('./virtual-rows'))

const toOrder = ({ sort_by, sort_dir, search }: CoinListQuery): Order => ({
  sort_by: sort_by ?? (search === undefined ? 'market_cap_rank' : null),
  sort_dir,
})

export function CoinTable({ coins, columns, query, busy, onSort }: TableProps) {
  const isVirtual = coins.length > maxRenderedRows
  const loaded = useLazyModule(parts, isVirtual)
  if (isVirtual && loaded === undefined) return <TableSkeleton />
  const Rows = isVirtual && loaded !== undefined ? loaded.VirtualRows : AllRows
  return (
    <table
      {...roles.table}
      className={cn('num block text-[12px] md:text-[13px]', busy && 'opacity-60')}
      style={toGrid(columns)}
      onScrollCapture={syncScroll}
      aria-busy={busy}
      aria-rowcount={isVirtual ? coins.length + 1 : undefined}
    >
      <TableHead columns={columns} order={toOrder(query)} onSort={onSort} />
      <Rows coins={coins} columns={columns} />
    </table>
  )
}

const skeletonRows = Array.from({ length: 18 }, (_, row) => row)

export function TableSkeleton() {
  return (
    <div className="grid gap-4 p-4" role="status" aria-label="Loading">
      {skeletonRows.map((row) => (
        <Skeleton key={row} className="h-5" />
      ))}
    </div>
  )
}
