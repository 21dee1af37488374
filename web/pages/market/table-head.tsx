import type { CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import { cn } from '@/components/ui/cn'
import { useOptimisticState } from '@/lib/hooks'
import { cellClass, roles, rowClass } from './coin-row'
import type { Column } from './market-columns'

const ariaSort = { asc: 'ascending', desc: 'descending' } as const
const ascendingFirst: readonly CoinSortKey[] = ['market_cap_rank', 'name']

/** `sort_by`: null for the best matches of a search. */
export type Order = { sort_by: CoinSortKey | null; sort_dir: CoinListQuery['sort_dir'] }

type HeadProps = { columns: readonly Column[]; order: Order; onSort: (order: Order) => void }

/** The first click on a column sorts by it, best first; the next one reverses the order. */
const toNext = ({ sort_by, sort_dir }: Order, key: CoinSortKey): Order => {
  const initial = ascendingFirst.includes(key) ? 'asc' : 'desc'
  const reversed = sort_dir === 'asc' ? 'desc' : 'asc'
  return { sort_by: key, sort_dir: key === sort_by ? reversed : initial }
}

/** The sticky head of the table; a click sorts by its column. */
export function TableHead({ columns, order, onSort }: HeadProps) {
  const [shown, sort] = useOptimisticState(order, onSort)
  return (
    <thead
      {...roles.rows}
      className="sticky top-12 z-10 block overflow-x-auto overflow-y-hidden bg-surface [scrollbar-width:none]"
    >
      <tr {...roles.row} className={cn(rowClass, 'h-9 text-[12px]')}>
        {columns.map(({ id, key, label, title, hidden, className }) => (
          <th
            {...roles.head}
            key={id}
            scope="col"
            title={
              key === shown.sort_by
                ? [title, 'Sorted by the values of the last snapshot'].filter(Boolean).join('. ')
                : title
            }
            aria-sort={key === shown.sort_by ? ariaSort[shown.sort_dir] : undefined}
            className={cn(cellClass, className, 'font-medium text-muted')}
          >
            {key === null ? (
              <span className={cn(hidden && 'sr-only')}>{label}</span>
            ) : (
              <button
                type="button"
                onClick={() => sort(toNext(shown, key))}
                className="relative whitespace-nowrap hover:text-text"
              >
                {label}
                {key === shown.sort_by && (
                  <span
                    aria-hidden
                    className={cn('absolute top-0 text-[8px]', key === 'name' ? 'left-full ml-1' : 'right-full mr-1')}
                  >
                    {shown.sort_dir === 'asc' ? '▲' : '▼'}
                  </span>
                )}
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}
