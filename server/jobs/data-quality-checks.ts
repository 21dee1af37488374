import { checks } from '../quality/checks.ts'
import { listDue, runCheck } from '../quality/run.ts'
import { updateIncidents } from '../warehouse/incidents.ts'
import { insertCheckResults, listLatestResults, type NewCheckResult } from '../warehouse/quality.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { Job, JobDeps } from './job.ts'

const folds = Object.fromEntries(
  checks.flatMap(({ name, foldsUnder }) => (foldsUnder === undefined ? [] : [[name, foldsUnder]])),
)

/**
 * Runs the checks that are due, or all of them in a manual or startup run, and stores their results and incidents. A
 * check that throws has the result `error`; the others still run.
 */
export const dataQualityChecks: Job = async ({ db, pool, clock, trackedCoins }, run) => {
  const at = clock.now()
  const now = new Date(at).toISOString()
  const runsAll = run.full || run.trigger === 'manual' || run.trigger === 'startup'
  const due = runsAll ? checks : listDue(checks, { now: at, lastAt: await findLastChecked(db, now) })
  const results: NewCheckResult[] = []
  for (const check of due) {
    run.signal.throwIfAborted()
    results.push(await runCheck(db, check, { now, trackedCoins }))
  }
  const counts: Record<string, number> = {}
  for (const { check_name, status, observed } of results) {
    counts[status] = (counts[status] ?? 0) + 1
    if (status !== 'passed' && status !== 'no_data')
      run.log.warn({ check: check_name, status, observed }, 'check did not pass')
  }
  const { opened, closed } = await writeInRun(pool, run.id, async (tx) => {
    await insertCheckResults(tx, now, results)
    return updateIncidents(tx, { at: now, results, folds })
  })
  for (const check of opened) run.log.warn({ check }, 'incident opened')
  for (const check of closed) run.log.info({ check }, 'incident closed')
  const written = results.length
  return { read: written, written, rejected: 0, details: { ...counts, opened, closed } }
}

async function findLastChecked(db: JobDeps['db'], now: string): Promise<Map<string, string>> {
  const checkNames = checks.map(({ name }) => name)
  const results = await listLatestResults(db, { checkNames, instants: [now], maxAge: '1 day' })
  return new Map(results.map(({ check_name, executed_at }) => [check_name, executed_at]))
}
