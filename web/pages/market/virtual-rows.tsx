import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState } from 'react'
import { maxSparklinesPerRequest } from '@/lib/hooks'
import { useDensity } from '@/lib/preferences'
import type { RowsProps } from './all-rows'
import { CoinRow, roles } from './coin-row'
import { TableSparklines } from './table-sparklines'
import { useTableSparklines } from './use-table-sparklines'

const rowHeights = { normal: 36, compact: 30 } as const

/** The rows in view, with padding for the others. */
export function VirtualRows({ coins, columns }: RowsProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [top, setTop] = useState(0)
  const height = rowHeights[useDensity()]
  useEffect(() => {
    if (body.current !== null) setTop(body.current.getBoundingClientRect().top + window.scrollY)
  }, [])
  const getItemKey = useCallback((index: number) => `${height} ${index}`, [height])
  const rows = useWindowVirtualizer({
    count: coins.length,
    estimateSize: () => height,
    getItemKey,
    overscan: 12,
    scrollMargin: top,
  })
  const items = rows.getVirtualItems()
  const [first, last] = [items[0], items.at(-1)]
  const [from, to] = [first?.index ?? 0, last?.index ?? 0]
  const above = (first?.start ?? top) - top
  const below = rows.getTotalSize() - ((last?.end ?? top) - top)
  const block = (index: number) => Math.floor(index / maxSparklinesPerRequest) * maxSparklinesPerRequest
  const sparklines = useTableSparklines(coins.slice(block(from), block(to) + maxSparklinesPerRequest), columns)
  return (
    <TableSparklines value={sparklines}>
      <tbody
        {...roles.rows}
        ref={body}
        className="block overflow-x-auto overflow-y-hidden"
        style={{ paddingTop: above, paddingBottom: below }}
      >
        {items.map(({ index }) => {
          const coin = coins[index]
          return coin !== undefined && <CoinRow key={coin.id} coin={coin} columns={columns} rowIndex={index + 2} />
        })}
      </tbody>
    </TableSparklines>
  )
}
