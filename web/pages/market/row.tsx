import type { Coin } from '@contract/coins.ts'
import { memo } from 'react'
import { cn } from '@/components/ui/cn'
import type { Column } from './columns'

type RowProps = {
  coin: Coin
  columns: readonly Column[]
  /** Its place among all rows, where not all are there. */
  place?: number
}

/** Drawn again only when the coin itself is another; its price, star and line change by themselves. */
export const CoinRow = memo(function CoinRow({ coin, columns, place }: RowProps) {
  return (
    <tr aria-rowindex={place} className="border-b border-line last:border-0 hover:bg-raised">
      {columns.map(({ id, className, cell }) => (
        <td key={id} className={cn('h-(--row) px-1.5 whitespace-nowrap first:pl-2 last:pr-3 md:px-2', className)}>
          {cell(coin)}
        </td>
      ))}
    </tr>
  )
})
