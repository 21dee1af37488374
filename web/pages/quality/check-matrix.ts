import type { CheckStatus, QualityHours } from '@contract/quality.ts'
import { hourMs } from '../../../contract/time.ts'

/** An hour of a check: its worst result and their number; `status` is null without results. */
export type Cell = { hour: number; status: CheckStatus | null; verdicts: number }

export type MatrixRow = { check_name: string; table_name: string; latest: CheckStatus | null; cells: Cell[] }

export type Matrix = { hours: number[]; rows: MatrixRow[] }

/**
 * Rows are checks, columns are full hours (ms since 1970), the current one last. The checks of a table are adjacent, and
 * tables are in order of their first check.
 */
export function toMatrix({ from, to, checks }: QualityHours): Matrix {
  const hours: number[] = []
  for (let hour = Date.parse(from); hour <= Date.parse(to); hour += hourMs) hours.push(hour)
  const tables = [...new Set(checks.map(({ table_name }) => table_name))]
  const grouped = tables.flatMap((table) => checks.filter(({ table_name }) => table_name === table))
  const rows = grouped.map((check): MatrixRow => {
    const known = new Map(check.hours.map((each) => [Date.parse(each.hour), each]))
    const cells = hours.map((hour) => {
      const found = known.get(hour)
      return { hour, status: found?.status ?? null, verdicts: found?.verdicts ?? 0 }
    })
    return { check_name: check.check_name, table_name: check.table_name, latest: check.latest?.status ?? null, cells }
  })
  return { hours, rows }
}

export type Place = { row: number; column: number }

const steps: Record<string, Place> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  Home: { row: 0, column: Number.NEGATIVE_INFINITY },
  End: { row: 0, column: Number.POSITIVE_INFINITY },
  PageUp: { row: Number.NEGATIVE_INFINITY, column: 0 },
  PageDown: { row: Number.POSITIVE_INFINITY, column: 0 },
}

const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value))

/** The place that a key moves to, within the matrix; null for other keys. */
export function move({ hours, rows }: Matrix, { row, column }: Place, key: string): Place | null {
  const step = steps[key]
  if (step === undefined) return null
  return { row: clamp(row + step.row, rows.length - 1), column: clamp(column + step.column, hours.length - 1) }
}
