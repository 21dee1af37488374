import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { Panel } from '@/components/ui/panel'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { type Matrix, move, type Place, toMatrix } from './check-matrix'
import { MatrixRows } from './check-matrix-rows'
import { checkStates, describeCell, worstFirst } from './quality-labels'
import { hoursQuery } from './quality-queries'
import { StatusMark } from './status-mark'

function Grid({ matrix }: { matrix: Matrix }) {
  const table = useRef<HTMLTableElement>(null)
  const [place, setPlace] = useState<Place>({ row: 0, column: matrix.hours.length - 1 })
  const [read, setRead] = useState<Place | null>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const next = move(matrix, place, event.key)
    if (next === null) return
    event.preventDefault()
    setPlace(next)
    table.current?.querySelector<HTMLElement>(`[data-cell="${next.row}-${next.column}"]`)?.focus()
  }
  const row = read === null ? undefined : matrix.rows[read.row]
  const cell = read === null ? undefined : row?.cells[read.column]
  return (
    <div className="px-4 pt-2 pb-3">
      <table
        ref={table}
        aria-label="Checks by hour. Use the arrow keys to move, Enter to open."
        className="block w-full"
        data-testid="matrix"
        onKeyDown={onKeyDown}
      >
        <MatrixRows matrix={matrix} place={place} onRead={setRead} onPlace={setPlace} />
      </table>
      <p className="num mt-2 h-5 truncate text-[12px] leading-5 text-muted" data-testid="matrix-reading">
        {row === undefined || cell === undefined ? (
          <>
            <span className="sm:hidden">Tap an hour to open it.</span>
            <span className="hidden sm:inline">
              Hover over an hour for details, or use the arrow keys. Enter opens an hour.
            </span>
          </>
        ) : (
          describeCell(row, cell)
        )}
      </p>
    </div>
  )
}

function Legend() {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 pr-2 text-[12px] text-muted">
      {worstFirst.toReversed().map((status) => (
        <li key={status} className="flex items-center gap-1.5">
          <StatusMark status={status} className="size-4" />
          {checkStates[status].word}
        </li>
      ))}
    </ul>
  )
}

/** Every check over the last 24 hours, one cell per hour. */
export function MatrixPanel() {
  const { data, error, refetch } = useQuery(hoursQuery)
  const matrix = useMemo(() => data && toMatrix(data), [data])
  return (
    <Panel title="Checks" note="Worst result per hour, last 24 h" controls={<Legend />}>
      {matrix !== undefined && <Grid matrix={matrix} />}
      {matrix === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {matrix === undefined && error === null && <Skeleton className="m-4 h-[38rem]" />}
    </Panel>
  )
}
