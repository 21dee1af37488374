import type { CheckMethod } from '../../contract/quality.ts'
import { minuteMs } from '../../contract/time.ts'
import { toMessage } from '../errors.ts'
import type { Db } from '../warehouse/db.ts'
import type { NewCheckResult } from '../warehouse/quality.ts'
import { type Check, type Scope, toStatus } from './check.ts'

/** Slightly less than an hour: a late run must not delay the next one. */
const hourlyDueAfterMs = 59 * minuteMs

const instants = /(T\d\d:\d\d:\d\d(?:\.\d+)?)\+00:00"/g

/** The samples with times ending in Z instead of +00:00. */
const withInstants = (samples: unknown): unknown => JSON.parse(JSON.stringify(samples).replaceAll(instants, '$1Z"'))

/** The checks due at `now` (ms since 1970): `each_ingest` always, `hourly` an hour after their last result. */
export const listDue = (
  checks: readonly Check[],
  { now, lastAt }: { now: number; lastAt: ReadonlyMap<string, string> },
): Check[] =>
  checks.filter(({ name, schedule }) => {
    const last = lastAt.get(name)
    return schedule === 'each_ingest' || last === undefined || Math.abs(now - Date.parse(last)) >= hourlyDueAfterMs
  })

/** Runs one check. A check that throws has the status `error` and its message in `details`. */
export async function runCheck(db: Db, check: Check, scope: Scope): Promise<NewCheckResult> {
  const { name, table, dimension, severity, warning, failed } = check
  const declared = {
    check_name: name,
    table_name: table,
    dimension,
    severity,
    warning_above: warning,
    failed_above: failed,
  }
  const started = performance.now()
  const durationMs = () => Math.round((performance.now() - started) * 10) / 10
  try {
    const { rows } = await check.sql(scope).execute(db)
    const [found] = rows
    if (found === undefined) throw new Error('The statement returned no row.')
    const { rows_checked, observed, samples } = found
    const status = toStatus(check, found)
    const numbers = { observed, unit: check.unit, warning_above: warning, failed_above: failed, rows_checked }
    const details = status === 'passed' ? numbers : { ...numbers, samples: withInstants(samples) }
    return { ...declared, status, rows_checked, observed, duration_ms: durationMs(), details }
  } catch (error) {
    const details = { error: toMessage(error) }
    return { ...declared, status: 'error', rows_checked: 0, observed: null, duration_ms: durationMs(), details }
  }
}

/** The method and thresholds of a check for the API. */
export function toMethod(db: Db, check: Check): CheckMethod {
  const { sql: text } = check.sql({ now: new Date(0).toISOString(), trackedCoins: 0 }).compile(db)
  return {
    check_name: check.name,
    table_name: check.table,
    dimension: check.dimension,
    severity: check.severity,
    schedule: check.schedule,
    question: check.question,
    unit: check.unit,
    warning_above: check.warning,
    failed_above: check.failed,
    sql: text.replaceAll(/\s+/g, ' ').trim(),
  }
}
