import { listStaleMonths, makeAllCandles, makeStaleCandles } from '../warehouse/candles.ts'
import { listFactMonths } from '../warehouse/partitions.ts'
import { applyRetention } from '../warehouse/retention.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { Job, JobDeps, JobRun } from './job.ts'

const sideBySide = 2

/**
 * Makes the daily candles of closed UTC days: of the coins and days whose facts changed, or all of them when the run is
 * a full one; then drops the raw facts that may go. A month at a time, so that writers never wait for long.
 */
export const transformAggregates: Job = async (deps, run) => {
  const { db, pool, clock, retainRawDays } = deps
  const before = new Date(clock.now()).toISOString().slice(0, 10)
  const found = run.full ? await listFactMonths(pool) : await listStaleMonths(db, { before })
  const months = found.filter((month) => month < before)
  const made = await makeMonths(deps, run, { months, before })
  const dropped = retainRawDays === 0 ? [] : await applyRetention(pool, { retainRawDays, now: clock.now() })
  if (dropped.length > 0) run.log.info({ dropped: dropped.join(', ') }, 'raw facts dropped')
  const details = { months: months.length, full: run.full, dropped }
  if (made === 0) return { read: 0, written: 0, rejected: 0, details, idle: 'no closed day has changed' }
  return { read: made, written: made, rejected: 0, details, leads: true }
}

async function makeMonths(
  { pool }: JobDeps,
  run: JobRun,
  { months, before }: { months: string[]; before: string },
): Promise<number> {
  const queue = [...months]
  let made = 0
  const work = async () => {
    for (let month = queue.shift(); month !== undefined; month = queue.shift()) {
      run.signal.throwIfAborted()
      const chosen = { month, before }
      const candles = await writeInRun(pool, run.id, (tx) =>
        run.full ? makeAllCandles(tx, chosen) : makeStaleCandles(tx, chosen),
      )
      made += candles
      run.report({ read: made, written: made, rejected: 0, details: { months_left: queue.length } })
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
  return made
}
