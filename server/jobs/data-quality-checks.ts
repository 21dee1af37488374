import { checks } from '../quality/checks.ts'
import { listDue, runCheck } from '../quality/run.ts'
import { updateIncidents } from '../warehouse/incidents.ts'
import { insertVerdicts, listStandings, type StoredVerdict } from '../warehouse/quality.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { Job, JobDeps } from './job.ts'

const folds = Object.fromEntries(
  checks.flatMap(({ name, foldsUnder }) => (foldsUnder === undefined ? [] : [[name, foldsUnder]])),
)

/**
 * Runs the checks that are due, or every check by hand and on a start, and keeps their verdicts and incidents. A check
 * that breaks is an `error` of its own and keeps no other from running.
 */
export const dataQualityChecks: Job = async ({ db, pool, clock, trackedCoins }, run) => {
  const at = clock.now()
  const now = new Date(at).toISOString()
  const isWhole = run.full || run.trigger === 'manual' || run.trigger === 'startup'
  const due = isWhole ? checks : listDue(checks, { now: at, lastAt: await findLastVerdicts(db, now) })
  const verdicts: StoredVerdict[] = []
  for (const check of due) {
    run.signal.throwIfAborted()
    verdicts.push(await runCheck(db, check, { now, trackedCoins }))
  }
  const counts: Record<string, number> = {}
  for (const { check_name, status, observed } of verdicts) {
    counts[status] = (counts[status] ?? 0) + 1
    if (status !== 'passed' && status !== 'no_data')
      run.log.warn({ check: check_name, status, observed }, 'a check did not pass')
  }
  const { opened, closed } = await writeInRun(pool, run.id, async (tx) => {
    await insertVerdicts(tx, now, verdicts)
    return updateIncidents(tx, { at: now, verdicts, folds })
  })
  for (const check of opened) run.log.warn({ check }, 'incident opened')
  for (const check of closed) run.log.info({ check }, 'incident closed')
  const written = verdicts.length
  return { read: written, written, rejected: 0, details: { ...counts, opened, closed } }
}

async function findLastVerdicts(db: JobDeps['db'], now: string): Promise<Map<string, string>> {
  const checkNames = checks.map(({ name }) => name)
  const standings = await listStandings(db, { checkNames, instants: [now], maxAge: '1 day' })
  return new Map(standings.map(({ check_name, executed_at }) => [check_name, executed_at]))
}
