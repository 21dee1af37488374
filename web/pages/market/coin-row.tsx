import type { Coin } from '@contract/coins.ts'
import { memo } from 'react'
import { cn } from '@/components/ui/cn'
import type { Column } from './market-columns'

/**
 * The rows are boxes of fixed height, so a new price lays out its own row only. Elements with these display types lose
 * their table semantics in some browsers, so the roles are explicit.
 */
export const roles = {
  table: { role: 'table' },
  rows: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  cell: { role: 'cell' },
} as const
export const rowClass = 'coin-row border-b border-line'
export const cellClass = 'min-w-0 px-1 whitespace-nowrap first:px-0 md:px-2'

type RowProps = {
  coin: Coin
  columns: readonly Column[]
  /** `aria-rowindex` in a virtualized table. */
  rowIndex?: number
}

/**
 * Renders only when the coin changes; price, star and sparkline update by themselves. In a table that is not virtualized
 * the browser skips the rendering of rows far from view.
 */
export const CoinRow = memo(function CoinRow({ coin, columns, rowIndex }: RowProps) {
  return (
    <tr
      {...roles.row}
      aria-rowindex={rowIndex}
      className={cn(
        rowClass,
        'h-(--row) contain-layout contain-size contain-style last:border-0 hover:bg-raised',
        rowIndex === undefined && '[content-visibility:auto]',
      )}
    >
      {columns.map(({ id, className, cell }) => (
        <td {...roles.cell} key={id} className={cn(cellClass, className)}>
          {cell(coin)}
        </td>
      ))}
    </tr>
  )
})
