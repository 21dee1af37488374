import type pg from 'pg'
import type { Clock } from '../clock.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { StoredAlert } from '../warehouse/alert-rows.ts'
import type { Db } from '../warehouse/db.ts'
import { isTransient } from '../warehouse/failures.ts'
import { commitSteps, type Due } from './commit.ts'

const stepsPerTransaction = 200
const retryMs = 1000

export type WriteOptions = { pool: pg.Pool; db: Db; clock: Clock; log: Log }

/**
 * Stores steps, up to 200 per transaction, and returns the alerts as they are now. While the database is unavailable it
 * tries again until `signal` is aborted. A step that can't be stored is logged and left out.
 */
export async function writeSteps(
  options: WriteOptions,
  due: readonly Due[],
  signal: AbortSignal,
): Promise<StoredAlert[]> {
  const changed: StoredAlert[] = []
  for (let from = 0; from < due.length; from += stepsPerTransaction)
    changed.push(...(await writeBatch(options, due.slice(from, from + stepsPerTransaction), signal)))
  return changed
}

async function writeBatch(options: WriteOptions, due: readonly Due[], signal: AbortSignal): Promise<StoredAlert[]> {
  const { pool, db, clock, log } = options
  for (;;)
    try {
      return await commitSteps(pool, db, due)
    } catch (error) {
      if (isTransient(error)) {
        log.warn({ error: toMessage(error), alerts: due.length }, "can't store triggered alerts, retrying")
        await clock.sleep(retryMs, signal)
      } else if (due.length === 1) {
        log.error({ err: error, alert: due[0]?.alert.id }, "can't store a triggered alert")
        return []
      } else {
        const middle = due.length >> 1
        return [
          ...(await writeBatch(options, due.slice(0, middle), signal)),
          ...(await writeBatch(options, due.slice(middle), signal)),
        ]
      }
    }
}
