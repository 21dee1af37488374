import { sql } from 'kysely'
import type { Db } from './db.ts'
import { getSqlState } from './failures.ts'

/** A row that the database rejected, and the SQLSTATE. */
export type Offender<T> = { row: T; code: string }

/** Data exceptions, constraint violations (classes 22 and 23) and oversized rows, but not concurrent inserts of a key. */
const isDataError = (code: string): boolean => (/^2[23]/.test(code) || code === '54000') && code !== '23505'

/** Citus reports every error of a COPY as an internal error. */
const unspecified = 'XX000'

/**
 * Writes rows in the caller's transaction and returns those that the database rejected. A write that fails because of its
 * data, or without a specific error, is rolled back to a savepoint and repeated in halves, down to the rejected rows. Throws
 * when more than half of the rows are rejected. Calls `write` once per part. It must not write a single row by COPY.
 */
export async function writeBisected<T>(tx: Db, rows: T[], write: (rows: T[]) => Promise<void>): Promise<Offender<T>[]> {
  const offenders: Offender<T>[] = []
  const attempt = async (part: T[]): Promise<void> => {
    await sql`savepoint part`.execute(tx)
    try {
      await write(part)
      await sql`release savepoint part`.execute(tx)
      return
    } catch (error) {
      const code = getSqlState(error) ?? ''
      if (!isDataError(code) && !(code === unspecified && part.length > 1)) throw error
      await sql`rollback to savepoint part`.execute(tx)
      await sql`release savepoint part`.execute(tx)
      const [row] = part
      if (part.length === 1 && row !== undefined) {
        offenders.push({ row, code })
        if (offenders.length * 2 > rows.length && rows.length > 1) throw error
        return
      }
    }
    const middle = Math.ceil(part.length / 2)
    await attempt(part.slice(0, middle))
    await attempt(part.slice(middle))
  }
  if (rows.length > 0) await attempt(rows)
  return offenders
}
