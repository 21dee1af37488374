import { memo } from 'react'
import { cn } from '@/components/ui/cn'
import { StateLink } from '@/components/ui/state-link'
import { formatMoment } from '@/lib/format'
import type { Matrix, MatrixRow, Place } from './check-matrix'
import { describeCell } from './quality-labels'
import { toCheckName, toTableName } from './quality-names'
import { StatusMark } from './status-mark'
import { useQualityState } from './use-quality-state'

const hoursPerLabel = 3
const line =
  'grid grid-cols-[repeat(24,minmax(0,1fr))] items-center gap-0.5 md:grid-cols-[11rem_repeat(24,minmax(0,1fr))]'

type RowsProps = {
  matrix: Matrix
  place: Place
  onRead: (place: Place | null) => void
  onPlace: (place: Place) => void
}

function Hours({ hours }: { hours: readonly number[] }) {
  return (
    <thead className="block">
      <tr className={cn(line, 'num h-5 text-[12px] text-faint')}>
        <th scope="col" className="hidden md:block">
          <span className="sr-only">Check</span>
        </th>
        {hours.map((hour, index) => (
          <th key={hour} scope="col" className="relative h-5 font-normal">
            <span className="sr-only">{formatMoment(hour)}</span>
            {index % hoursPerLabel === 0 && (
              <span
                aria-hidden
                className={cn('absolute left-0', index % (2 * hoursPerLabel) !== 0 && 'hidden sm:inline')}
              >
                {formatMoment(hour, 'time')}
              </span>
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}

type CheckRowProps = Pick<RowsProps, 'onRead' | 'onPlace'> & {
  row: MatrixRow
  index: number
  /** The column of the tab stop; null: not in this row. */
  stop: number | null
}

/** Renders only when its results change, not when a pointer moves over the matrix. */
const CheckRow = memo(function CheckRow({ row, index, stop, onRead, onPlace }: CheckRowProps) {
  const { go, linkTo, open } = useQualityState()
  return (
    <tr className={cn(line, 'mb-0.5')}>
      <th scope="row" className="col-span-24 truncate text-left text-[12px] leading-6 font-normal md:col-span-1">
        <StateLink {...linkTo(open(row.check_name))} className="hover:text-accent">
          {toCheckName(row.check_name)}
        </StateLink>
      </th>
      {row.cells.map((cell, column) => {
        const at = { row: index, column }
        const description = describeCell(row, cell)
        return (
          <td key={cell.hour} className="p-0">
            <button
              type="button"
              tabIndex={column === stop ? 0 : -1}
              aria-label={description}
              data-cell={`${index}-${column}`}
              data-status={cell.status ?? 'none'}
              onFocus={() => {
                onPlace(at)
                onRead(at)
              }}
              onBlur={() => onRead(null)}
              onMouseEnter={() => onRead(at)}
              onMouseLeave={() => onRead(null)}
              onClick={() => go(open(row.check_name, cell.hour))}
              className="block h-6 w-full"
            >
              <StatusMark status={cell.status} className="h-6 w-full hover:opacity-80" />
            </button>
          </td>
        )
      })}
    </tr>
  )
})

/** The rows of the matrix, grouped by table. */
export function MatrixRows({ matrix, place, ...handlers }: RowsProps) {
  return (
    <>
      <Hours hours={matrix.hours} />
      <tbody className="block">
        {matrix.rows.map((row, index) => {
          const isFirst = matrix.rows[index - 1]?.table_name !== row.table_name
          return [
            isFirst && (
              <tr key={row.table_name} className="block">
                <th scope="rowgroup" className="block pt-2 text-left text-[12px] leading-5 font-medium text-muted">
                  {toTableName(row.table_name)}
                </th>
              </tr>
            ),
            <CheckRow
              key={row.check_name}
              row={row}
              index={index}
              stop={place.row === index ? place.column : null}
              {...handlers}
            />,
          ]
        })}
      </tbody>
    </>
  )
}
