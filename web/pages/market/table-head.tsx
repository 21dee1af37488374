import type { CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import { cn } from '@/components/ui/cn'
import { useChoice } from '@/lib/choice'
import { box, line, roles } from './coin-row'
import type { Column } from './market-columns'

const ariaSort = { asc: 'ascending', desc: 'descending' } as const
const ascendingFirst: readonly CoinSortKey[] = ['market_cap_rank', 'name']

export type Order = Pick<CoinListQuery, 'sort_by' | 'sort_dir'>

type HeadProps = { columns: readonly Column[]; order: Order; onSort: (order: Order) => void }

/** A press on a column sorts by it, best first; a second press turns the order round. */
const toNext = ({ sort_by, sort_dir }: Order, key: CoinSortKey): Order => {
  const atFirst = ascendingFirst.includes(key) ? 'asc' : 'desc'
  const turned = sort_dir === 'asc' ? 'desc' : 'asc'
  return { sort_by: key, sort_dir: key === sort_by ? turned : atFirst }
}

/** What the columns are; a press sorts by one. Stays in view. */
export function TableHead({ columns, order, onSort }: HeadProps) {
  const [shown, sort] = useChoice(order, onSort)
  return (
    <thead {...roles.rows} className="sticky top-12 z-10 block bg-surface">
      <tr {...roles.row} className={cn(line, 'h-9 text-[12px]')}>
        {columns.map(({ id, key, label, title, hidden, className }) => (
          <th
            {...roles.head}
            key={id}
            scope="col"
            title={key === shown.sort_by ? [title, 'Sorted by the last snapshot'].filter(Boolean).join('. ') : title}
            aria-sort={key === shown.sort_by ? ariaSort[shown.sort_dir] : undefined}
            className={cn(box, className, 'font-medium text-muted')}
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
