import { sql } from 'kysely'
import type { Db } from './db.ts'

/** A row that the database would not take, and the SQLSTATE with which it said so. */
export type Offender<T> = { row: T; code: string }

/** Data exceptions and broken constraints (classes 22 and 23) and rows too large for a page, but no lost race for a key. */
const isOfData = (code: string): boolean => (/^2[23]/.test(code) || code === '54000') && code !== '23505'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/**
 * Writes rows in the caller's transaction, all but those that the database does not take, and returns these. A write that
 * fails for its data is undone and tried again in halves, down to the rows at fault. Throws when over half of the
 * rows are at fault: then it is not they who are wrong. `write` may be called often, each time with other rows.
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
      const code = codeOf(error)
      if (!isOfData(code)) throw error
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
