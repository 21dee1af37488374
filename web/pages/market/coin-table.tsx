import type { Coin, CoinListQuery } from '@contract/coins.ts'
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

const parts = new LazyModule(() => import('./virtual-rows'))

export function CoinTable({ coins, columns, query, busy, onSort }: TableProps) {
  const isVirtual = coins.length > maxRenderedRows
  const loaded = useLazyModule(parts, isVirtual)
  if (isVirtual && loaded === undefined) return <TableSkeleton />
  const Rows = isVirtual && loaded !== undefined ? loaded.VirtualRows : AllRows
  return (
    <table
      {...roles.table}
      className={cn('num block text-[12px] md:text-[13px]', busy && 'opacity-60')}
      aria-busy={busy}
      aria-rowcount={isVirtual ? coins.length + 1 : undefined}
    >
      <TableHead columns={columns} order={query} onSort={onSort} />
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
