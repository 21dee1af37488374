import type { CorrelationMatrix } from '@contract/analytics.ts'
import { type FocusEvent, type KeyboardEvent, memo, type PointerEvent, type RefObject, useId } from 'react'
import { toColor, toCorrelationTier } from '@/components/charts/tiers'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { Value } from '@/components/ui/value'
import { formatCorrelation, unknown } from '@/lib/format'
import { coinHref } from '@/lib/links'
import { describePair, getPair, move, type Place, toWhyNone } from './coin-pairs'
import { useHighlight, useLighting, useLit } from './highlight'

/** The source of highlights set by this chart. */
const heatmapName = 'heatmap'

/** The table is a single tab stop; the arrow keys move a cursor over its cells. */
const toGrid = (active: string | undefined) => ({ role: 'grid', tabIndex: 0, 'aria-activedescendant': active })

const headWidth = 72
const cellWidth = 36
const tableHeight = 528
const minRowHeight = 26
const maxHorizontalSymbol = 4

type Shape = { size: number; rowHeight: number; headHeight: number }

function toShape({ coins }: CorrelationMatrix): Shape {
  const size = coins.length
  const longest = Math.max(0, ...coins.map((symbol) => symbol.length))
  const headHeight = longest > maxHorizontalSymbol ? Math.min(72, 10 + 9 * longest) : 28
  return {
    size,
    rowHeight: Math.max(minRowHeight, Math.min(45, Math.floor((tableHeight - headHeight) / size))),
    headHeight,
  }
}

function Cell({ matrix, row, column, id }: { matrix: CorrelationMatrix; row: number; column: number; id: string }) {
  const pair = getPair(matrix, row, column)
  const isSelf = row === column
  const text = pair.value === null ? unknown : isSelf ? '1' : formatCorrelation(pair.value)
  const isColored = pair.value !== null && !isSelf
  return (
    <td
      id={`${id}-${row}-${column}`}
      data-place={`${row}-${column}`}
      aria-label={describePair(matrix, pair)}
      title={pair.value === null ? toWhyNone(pair, matrix.period_days) : undefined}
      className={cn('scroll-mx-[72px] scroll-my-16 border border-surface p-0 text-center', isSelf && 'text-faint')}
      style={
        isColored
          ? { background: toColor(toCorrelationTier(pair.value ?? 0)), color: 'var(--tile-text)' }
          : { background: isSelf ? 'var(--bg)' : 'transparent' }
      }
    >
      <Value text={text} />
    </td>
  )
}

const Head = ({ matrix, headHeight }: { matrix: CorrelationMatrix; headHeight: number }) => (
  <thead>
    <tr style={{ height: headHeight }}>
      <td className="sticky top-0 left-0 z-20 bg-surface" />
      {matrix.coins.map((symbol, column) => (
        <th
          key={matrix.ids[column]}
          scope="col"
          title={matrix.names[column]}
          data-coin={matrix.ids[column]}
          className="sticky top-0 z-10 bg-surface p-0 text-center align-bottom font-medium text-muted uppercase"
        >
          <span
            className={cn(
              'inline-block max-h-[68px] truncate align-bottom',
              headHeight > 40 ? 'rotate-180 pt-1 [writing-mode:vertical-rl]' : 'pb-1',
            )}
          >
            {symbol}
          </span>
        </th>
      ))}
    </tr>
  </thead>
)

const Body = memo(function Body({
  matrix,
  id,
  rowHeight,
}: {
  matrix: CorrelationMatrix
  id: string
  rowHeight: number
}) {
  return (
    <tbody>
      {matrix.ids.map((coin, row) => (
        <tr key={coin} style={{ height: rowHeight }}>
          <th scope="row" className="sticky left-0 z-10 bg-surface p-0 text-left font-medium">
            <IntentLink
              href={coinHref({ coingecko_id: matrix.coingecko_ids[row] ?? '' })}
              data-coin={coin}
              title={matrix.names[row]}
              aria-label={`${matrix.names[row]}, ${matrix.coins[row]}`}
              className="block truncate pr-1 text-muted uppercase hover:text-text focus-visible:-outline-offset-2"
            >
              {matrix.coins[row]}
            </IntentLink>
          </th>
          {matrix.ids.map((other, column) => (
            <Cell key={other} matrix={matrix} row={row} column={column} id={id} />
          ))}
        </tr>
      ))}
    </tbody>
  )
})

/** The rows and columns of the highlighted coins, and the cell under the cursor. */
function CrossHair({ matrix, shape, cursor }: { matrix: CorrelationMatrix; shape: Shape; cursor: Place | null }) {
  const { ids, source } = useLit()
  const places = ids.map((id) => matrix.ids.indexOf(id)).filter((place) => place >= 0)
  const isPair = cursor !== null && source === heatmapName
  const rows = isPair ? [cursor.row] : places
  const columns = isPair ? [cursor.column] : places
  const left = (place: number) => `calc(${headWidth}px + (100% - ${headWidth}px) * ${place / shape.size})`
  const width = `calc((100% - ${headWidth}px) / ${shape.size})`
  const top = (place: number) => shape.headHeight + place * shape.rowHeight
  const frame = 'pointer-events-none absolute z-[15] rounded-mark ring-inset'
  const ring = cn(frame, 'ring-1 ring-accent')
  return (
    <>
      {rows.map((place) => (
        <div
          key={`row ${place}`}
          data-lit-row={matrix.ids[place]}
          className={cn(ring, 'inset-x-0')}
          style={{ top: top(place), height: shape.rowHeight }}
        />
      ))}
      {columns.map((place) => (
        <div
          key={`column ${place}`}
          data-lit-column={matrix.ids[place]}
          className={cn(ring, 'inset-y-0')}
          style={{ left: left(place), width }}
        />
      ))}
      {isPair && (
        <div
          className={cn(frame, 'ring-2 ring-text')}
          style={{ left: left(cursor.column), width, top: top(cursor.row), height: shape.rowHeight }}
        />
      )}
    </>
  )
}

const toPlace = (target: EventTarget): Place | null => {
  const place = target instanceof Element ? target.closest<HTMLElement>('[data-place]')?.dataset.place : undefined
  const [row, column] = place?.split('-').map(Number) ?? []
  return row === undefined || column === undefined ? null : { row, column }
}

type HeatmapGridProps = {
  matrix: CorrelationMatrix
  cursor: Place | null
  onCursor: (place: Place | null) => void
  tableRef: RefObject<HTMLDivElement | null>
}

/** Event handlers that move the cursor and highlight its coins in every chart. */
function useCursor({ matrix, cursor, onCursor }: HeatmapGridProps, id: string) {
  const store = useHighlight()
  const { onFocus, onPointerOver } = useLighting(heatmapName)
  const go = (place: Place | null) => {
    onCursor(place)
    const ids = place === null ? [] : [matrix.ids[place.row] ?? 0, matrix.ids[place.column] ?? 0]
    store.set([...new Set(ids)], place === null ? null : heatmapName)
  }
  return {
    onPointerOver(event: PointerEvent) {
      const place = toPlace(event.target)
      if (place !== null) return go(place)
      onCursor(null)
      onPointerOver(event)
    },
    onPointerLeave: (event: PointerEvent) => event.pointerType === 'mouse' && go(null),
    onFocus(event: FocusEvent) {
      if (event.target === event.currentTarget)
        return go(cursor ?? { row: Math.min(1, matrix.ids.length - 1), column: 0 })
      onCursor(null)
      onFocus(event)
    },
    onBlur: () => go(null),
    onKeyDown(event: KeyboardEvent) {
      if (event.target !== event.currentTarget) return
      const whole = event.ctrlKey || event.metaKey
      const next = move(cursor ?? { row: 0, column: 0 }, event.key, { size: matrix.ids.length, whole })
      if (next === null) return
      event.preventDefault()
      go(next)
      document
        .getElementById(`${id}-${next.row}-${next.column}`)
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    },
  }
}

/** The correlation of every pair. Pointer, touch, arrow keys, Home and End move the cursor. */
export function HeatmapGrid(props: HeatmapGridProps) {
  const { matrix, cursor, tableRef } = props
  const id = useId()
  const shape = toShape(matrix)
  const handlers = useCursor(props, id)
  const active = cursor === null ? undefined : `${id}-${cursor.row}-${cursor.column}`
  return (
    <div className="max-w-full overflow-x-auto px-4 pt-1 pb-3" data-testid="heatmap-scroller">
      <div ref={tableRef} className="relative" style={{ minWidth: headWidth + shape.size * cellWidth }}>
        <table
          {...toGrid(active)}
          aria-label={`Correlations of ${shape.size} coins over ${matrix.period_days} days`}
          className="num w-full table-fixed border-separate border-spacing-0 text-[12px] leading-none"
          data-testid="heatmap"
          {...handlers}
        >
          <colgroup>
            <col style={{ width: headWidth }} />
            {matrix.ids.map((coin) => (
              <col key={coin} />
            ))}
          </colgroup>
          <Head matrix={matrix} headHeight={shape.headHeight} />
          <Body matrix={matrix} id={id} rowHeight={shape.rowHeight} />
        </table>
        <CrossHair matrix={matrix} shape={shape} cursor={cursor} />
      </div>
    </div>
  )
}
