import { type RawBuilder, sql } from 'kysely'
import type { Range } from '../ranges.ts'

/**
 * SQL of a stored figure, null when it is out of range. Figures stored before ranges were enforced could overflow sums
 * and ratios.
 */
export const inRangeOrNull = (column: string, { min, max, negative }: Range): RawBuilder<number | null> => {
  const figure = sql.ref(column)
  return sql`case when ${figure} = 0 or ${figure} between ${sql.lit(min)}::float8 and ${sql.lit(max)}::float8${
    negative === undefined
      ? sql``
      : sql` or ${figure} between ${sql.lit(negative)}::float8 and ${sql.lit(-min)}::float8`
  } then ${figure} end`
}
