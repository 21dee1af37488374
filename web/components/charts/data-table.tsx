import { useDeferredValue } from 'react'
import { cn } from '@/components/ui/cn'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { Value } from '@/components/ui/value'
import type { ChartTable } from './chart-table'

/** Rows of the first render, more than are visible; the rest is rendered deferred. */
const firstRows = 40

/** The data of a chart, scrollable with a sticky header. */
export function DataTable<T>({ table, className }: { table: ChartTable<T>; className?: string }) {
  const start = { ...table, items: table.items.slice(0, firstRows) }
  const { caption, columns, items, toKey } = useDeferredValue(table, start)
  return (
    <ScrollRegion
      label={`Data: ${caption}`}
      className={cn('relative overflow-auto', className)}
      data-testid="chart-data"
    >
      <table className="num w-full border-collapse text-[12px] md:text-[13px]">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-surface">
          <tr>
            {columns.map(({ field, label, numeric }) => (
              <th
                key={field}
                scope="col"
                className={cn(
                  'h-9 border-b border-line px-2 text-[12px] font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4',
                  numeric === true ? 'text-right' : 'text-left',
                )}
              >
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={toKey(item)} className="border-b border-line last:border-0 hover:bg-raised">
              {columns.map(({ field, text, numeric }) => (
                <td
                  key={field}
                  className={cn(
                    'h-[30px] px-2 whitespace-nowrap first:pl-4 last:pr-4',
                    numeric === true ? 'text-right' : 'text-left',
                  )}
                >
                  <Value text={text(item)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
