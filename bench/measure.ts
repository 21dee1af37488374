import type pg from 'pg'
import type { Db } from '../server/warehouse/db.ts'

/** One benchmark: returns its ratio to a peer or a limit, measured in one run. */
export type Bench = (database: {
  pool: pg.Pool
  db: Db
}) => Promise<{ ratio: number; limit: number } & Record<string, number>>

/** Median of measured times in ms. */
export const median = (times: number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
