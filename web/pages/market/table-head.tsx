import type { CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import { cn } from '@/components/ui/cn'
import type { Column } from './columns'

const ariaSort = { asc: 'ascending', desc: 'descending' } as const

type Order = Pick<CoinListQuery, 'sort_by' | 'sort_dir'>

type HeadProps = { columns: readonly Column[]; order: Order; onSort: (key: CoinSortKey) => void }

/** What the columns are; a press sorts by one. Stays in view. */
export function TableHead({ columns, order, onSort }: HeadProps) {
  return (
    <thead className="sticky top-12 z-10 bg-surface">
      <tr>
        {columns.map(({ id, key, label, title, hidden, className }) => (
          <th
            key={id}
            scope="col"
            title={title}
            aria-sort={key === order.sort_by ? ariaSort[order.sort_dir] : undefined}
            className={cn(
              'h-9 border-b border-line px-1.5 text-[12px] font-medium first:pl-2 last:pr-3 md:px-2',
              className,
              'text-muted',
            )}
          >
            {key === null ? (
              <span className={cn(hidden && 'sr-only')}>{label}</span>
            ) : (
              <button type="button" onClick={() => onSort(key)} className="relative whitespace-nowrap hover:text-text">
                {label}
                {key === order.sort_by && (
                  <span
                    aria-hidden
                    className={cn('absolute top-0 text-[8px]', key === 'name' ? 'left-full ml-1' : 'right-full mr-1')}
                  >
                    {order.sort_dir === 'asc' ? '▲' : '▼'}
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
