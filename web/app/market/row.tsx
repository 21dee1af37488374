import type { Coin } from '@contract/coins.ts'
import { cn } from '@/components/ui/cn'
import type { Column } from './columns'

type RowProps = {
  coin: Coin
  columns: readonly Column[]
  sparklines: ReadonlyMap<number, number[]>
  /** Its place among all rows, where not all are there. */
  place?: number
}

export function CoinRow({ coin, columns, sparklines, place }: RowProps) {
  return (
    <tr aria-rowindex={place} className="border-b border-line last:border-0 hover:bg-raised">
      {columns.map(({ id, className, cell }) => (
        <td key={id} className={cn('h-(--row) px-1.5 whitespace-nowrap first:pl-2 last:pr-3 md:px-2', className)}>
          {cell(coin, sparklines)}
        </td>
      ))}
    </tr>
  )
}
