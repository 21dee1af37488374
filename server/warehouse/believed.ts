import { type RawBuilder, sql } from 'kysely'
import type { Range } from '../ranges.ts'

/**
 * A stored figure where it lies in its range, else null: no sum or ratio of such figures overflows, whatever was written
 * before the range was enforced.
 */
export const believed = (column: string, { min, max, negative }: Range): RawBuilder<number | null> => {
  const figure = sql.ref(column)
  return sql`case when ${figure} = 0 or ${figure} between ${sql.lit(min)}::float8 and ${sql.lit(max)}::float8${
    negative === undefined
      ? sql``
      : sql` or ${figure} between ${sql.lit(negative)}::float8 and ${sql.lit(-min)}::float8`
  } then ${figure} end`
}
