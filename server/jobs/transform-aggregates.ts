import { toUtcDay } from '../../contract/time.ts'
import { listStaleMonths, makeAllCandles, makeStaleCandles } from '../warehouse/candles.ts'
import { listFactMonths } from '../warehouse/partitions.ts'
import { applyRetention } from '../warehouse/retention.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { Job, JobDeps, JobRun } from './job.ts'

const concurrency = 2

/**
 * Makes the daily candles of closed UTC days whose facts changed, or of all days in a full run, then drops raw facts past
 * retention. One transaction per month, so writers of facts wait only briefly.
 */
export const transformAggregates: Job = async (deps, run) => {
  const { db, pool, clock, retainRawDays } = deps
  const before = toUtcDay(clock.now())
  const found = run.full ? withMonthsBefore(await listFactMonths(pool)) : await listStaleMonths(db, { before })
  const months = found.filter((month) => month < before)
  const made = await makeMonths(deps, run, { months, before })
  const dropped = retainRawDays === 0 ? [] : await applyRetention(pool, { retainRawDays, now: clock.now() })
  if (dropped.length > 0) run.log.info({ dropped: dropped.join(', ') }, 'raw facts dropped')
  const details = { months: months.length, full: run.full, dropped }
  if (made === 0) return { read: 0, written: 0, rejected: 0, details, idle: 'no closed day has changed' }
  return { read: made, written: made, rejected: 0, details, hasNewWork: true }
}

/** A fact at the first midnight of a month closes the last day of the month before, whose own facts may be dropped. */
const withMonthsBefore = (months: string[]): string[] => {
  const before = months.map((month) => toUtcDay(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 2)))
  return [...new Set([...before, ...months])].sort()
}

async function makeMonths(
  { pool }: JobDeps,
  run: JobRun,
  { months, before }: { months: string[]; before: string },
): Promise<number> {
  const queue = [...months]
  let [made, done] = [0, 0]
  if (months.length > 1) run.log.info({ months: months.length }, 'rebuilding candles')
  const work = async () => {
    for (let month = queue.shift(); month !== undefined; month = queue.shift()) {
      run.signal.throwIfAborted()
      const chosen = { month, before }
      const candles = await writeInRun(pool, run.id, (tx) =>
        run.full ? makeAllCandles(tx, chosen) : makeStaleCandles(tx, chosen),
      )
      made += candles
      done += 1
      const details = { months_done: done, months_total: months.length }
      run.report({ read: made, written: made, rejected: 0, details })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return made
}
