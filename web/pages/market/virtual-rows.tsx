import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useDensity } from '@/components/shell/use-look'
import { sparklinesAtOnce } from '@/lib/sparklines'
import type { RowsProps } from './all-rows'
import { Lines } from './lines'
import { CoinRow } from './row'
import { useLines } from './use-lines'

const rowHeights = { normal: 36, compact: 30 } as const

const Gap = ({ height, span }: { height: number; span: number }) =>
  height > 0 && (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  )

/** The rows in view, and room for the others. */
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
  const block = (index: number) => Math.floor(index / sparklinesAtOnce) * sparklinesAtOnce
  const sparklines = useLines(coins.slice(block(from), block(to) + sparklinesAtOnce), columns)
  return (
    <Lines value={sparklines}>
      <tbody ref={body}>
        <Gap height={(first?.start ?? top) - top} span={columns.length} />
        {items.map(({ index }) => {
          const coin = coins[index]
          return coin !== undefined && <CoinRow key={coin.id} coin={coin} columns={columns} place={index + 2} />
        })}
        <Gap height={rows.getTotalSize() - ((last?.end ?? top) - top)} span={columns.length} />
      </tbody>
    </Lines>
  )
}
