import type { Coin } from '@contract/coins.ts'
import { memo } from 'react'
import { cn } from '@/components/ui/cn'
import type { Column } from './market-columns'

/**
 * The rows are boxes of one height that nothing in them can change, so that a price draws its own row anew and not the
 * table. A browser may take such elements for no table, hence their roles.
 */
export const roles = {
  table: { role: 'table' },
  rows: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  cell: { role: 'cell' },
} as const
export const line = 'flex items-center border-b border-line pr-1.5 md:pr-1'
export const box = 'min-w-0 shrink-0 px-1.5 whitespace-nowrap first:pl-2 md:px-2'

type RowProps = {
  coin: Coin
  columns: readonly Column[]
  /** Its place among all rows, where not all are there. */
  place?: number
}

/**
 * Drawn again only when the coin itself is another; its price, star and line change by themselves. Where all rows are
 * there, the browser leaves out what is far from view.
 */
export const CoinRow = memo(function CoinRow({ coin, columns, place }: RowProps) {
  return (
    <tr
      {...roles.row}
      aria-rowindex={place}
      className={cn(
        line,
        'h-(--row) contain-layout contain-size contain-style last:border-0 hover:bg-raised',
        place === undefined && '[content-visibility:auto]',
      )}
    >
      {columns.map(({ id, className, cell }) => (
        <td {...roles.cell} key={id} className={cn(box, className)}>
          {cell(coin)}
        </td>
      ))}
    </tr>
  )
})
