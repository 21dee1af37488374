import { toMessage } from '../errors.ts'
import { checks } from '../quality/checks.ts'
import { insertVerdicts, type StoredVerdict } from '../warehouse/quality.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { Job } from './job.ts'

/** Runs every check and keeps its verdict; a check that breaks is an `error` of its own and keeps no other from running. */
export const dataQualityChecks: Job = async ({ db, pool }, run) => {
  const verdicts: StoredVerdict[] = []
  for (const { name, table, run: ask } of checks) {
    run.signal.throwIfAborted()
    const named = { check_name: name, table_name: table }
    try {
      verdicts.push({ ...named, ...(await ask(db)) })
    } catch (error) {
      verdicts.push({ ...named, status: 'error', details: { error: toMessage(error) } })
    }
  }
  for (const { check_name, status } of verdicts)
    if (status !== 'passed') run.log.warn({ check: check_name, status }, 'a check did not pass')
  const written = await writeInRun(pool, run.id, (tx) => insertVerdicts(tx, verdicts))
  return { read: verdicts.length, written, rejected: 0 }
}
