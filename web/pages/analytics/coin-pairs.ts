import type { CorrelationMatrix } from '../../../contract/analytics.ts'
import { toMinReturns } from '../../../contract/returns.ts'
import { formatCorrelation } from '../../lib/format.ts'

/** Two coins by their indexes in the matrix. `value` is null without a correlation. */
export type Pair = { row: number; column: number; value: number | null; observations: number }

export const getPair = ({ matrix, observations }: CorrelationMatrix, row: number, column: number): Pair => ({
  row,
  column,
  value: matrix[row]?.[column] ?? null,
  observations: observations[row]?.[column] ?? 0,
})

/** Every pair of two coins once, in the order of the matrix. */
export const listPairs = (matrix: CorrelationMatrix): Pair[] =>
  matrix.ids.flatMap((_id, row) => matrix.ids.slice(0, row).map((_other, column) => getPair(matrix, row, column)))

/** The most and least correlated pairs; null without correlations. */
export function findExtremes(matrix: CorrelationMatrix): { most: Pair; least: Pair } | null {
  const known = listPairs(matrix)
    .filter(({ value }) => value !== null)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  const [most, least] = [known[0], known.at(-1)]
  return most === undefined || least === undefined ? null : { most, least }
}

/** Why a pair has no correlation. */
export const toWhyNone = ({ observations }: Pair, period: number): string =>
  observations < toMinReturns(period)
    ? `no data, ${observations} common daily returns (at least ${toMinReturns(period)} needed)`
    : 'not defined, one price did not change'

/** The description of a cell. */
export function describePair(matrix: CorrelationMatrix, pair: Pair): string {
  const { names, period_days } = matrix
  const name = names[pair.row] ?? ''
  if (pair.row === pair.column) return `${name} with itself: 1 over ${pair.observations} daily returns`
  const what =
    pair.value === null
      ? toWhyNone(pair, period_days)
      : `${formatCorrelation(pair.value)} over ${pair.observations} daily returns`
  return `${name} and ${names[pair.column] ?? ''}: ${what}`
}

const steps: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-5, 0],
  PageDown: [5, 0],
}

export type Place = { row: number; column: number }

/** The place that a key moves the cursor to in a square of `size`; null for other keys. */
export function move(
  { row, column }: Place,
  key: string,
  { size, whole }: { size: number; whole: boolean },
): Place | null {
  const last = size - 1
  if (key === 'Home') return { row: whole ? 0 : row, column: 0 }
  if (key === 'End') return { row: whole ? last : row, column: last }
  const step = steps[key]
  if (step === undefined) return null
  const within = (place: number) => Math.min(last, Math.max(0, place))
  return { row: within(row + step[0]), column: within(column + step[1]) }
}
