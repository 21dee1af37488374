import type { ReactNode } from 'react'
import { cn } from './cn'

type ReferenceTableProps = {
  caption: string
  head: readonly string[]
  /** The first cell is the row header. */
  rows: readonly { key: string; cells: readonly ReactNode[] }[]
}

/** Minimum width for up to three columns, and for more. */
const looks = {
  few: {
    head: '@max-[400px]:sr-only',
    row: '@max-[400px]:block @max-[400px]:px-4 @max-[400px]:py-2',
    cell: '@max-[400px]:block @max-[400px]:py-0.5 @min-[400px]:px-2 @min-[400px]:first:pl-4 @min-[400px]:last:pr-4',
  },
  many: {
    head: '@max-[600px]:sr-only',
    row: '@max-[600px]:block @max-[600px]:px-4 @max-[600px]:py-2',
    cell: '@max-[600px]:block @max-[600px]:py-0.5 @min-[600px]:px-2 @min-[600px]:first:pl-4 @min-[600px]:last:pr-4',
  },
}

/** A table of text; in a narrow container each row becomes a list under its header. */
export function ReferenceTable({ caption, head, rows }: ReferenceTableProps) {
  const look = head.length > 3 ? looks.many : looks.few
  return (
    <div className="@container">
      <table className="num w-full border-collapse text-[12px] leading-4 md:text-[13px] md:leading-5">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className={look.head}>
            {head.map((label) => (
              <th
                key={label}
                scope="col"
                className="h-8 border-b border-line px-2 text-left text-[12px] font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4"
              >
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key} className={cn('border-b border-line align-top last:border-0', look.row)}>
              {cells.map((cell, index) => {
                const className = cn('py-1.5 text-left', look.cell, index === 0 ? 'font-medium' : 'text-muted')
                return index === 0 ? (
                  <th key={head[index]} scope="row" className={className}>
                    {cell}
                  </th>
                ) : (
                  <td key={head[index]} className={className}>
                    {cell}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
