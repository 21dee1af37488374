import type { ReactNode } from 'react'
import { cn } from './cn'

type ReferenceTableProps = {
  caption: string
  head: readonly string[]
  /** The first cell of a row names it. */
  rows: readonly { key: string; cells: readonly ReactNode[] }[]
}

/** A table of words. On phones each row is a small list under its name. */
export function ReferenceTable({ caption, head, rows }: ReferenceTableProps) {
  return (
    <table className="num w-full border-collapse text-[12px] leading-4 md:text-[13px] md:leading-5">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="max-md:sr-only">
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
          <tr key={key} className="border-b border-line align-top last:border-0 max-md:block max-md:px-4 max-md:py-2">
            {cells.map((cell, index) => {
              const look = cn(
                'py-1.5 text-left md:px-2 md:first:pl-4 md:last:pr-4 max-md:block max-md:py-0.5',
                index === 0 ? 'font-medium' : 'text-muted',
              )
              return index === 0 ? (
                <th key={head[index]} scope="row" className={look}>
                  {cell}
                </th>
              ) : (
                <td key={head[index]} className={look}>
                  {cell}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
