import type { CheckMethod } from '../../contract/quality.ts'
import { toMessage } from '../errors.ts'
import type { Db } from '../warehouse/db.ts'
import type { StoredVerdict } from '../warehouse/quality.ts'
import { type Check, judge, type Scope } from './check.ts'

/** After how long an hourly check is due again: a little less than an hour, so that a late run delays no later one. */
const dueAfterMs = 59 * 60_000

const instants = /(T\d\d:\d\d:\d\d(?:\.\d+)?)\+00:00"/g

/** The samples with their instants written as everywhere else. */
const withInstants = (samples: unknown): unknown => JSON.parse(JSON.stringify(samples).replaceAll(instants, '$1Z"'))

/** The checks that are due at `now` (ms): the cheap ones always, the others an hour after their last verdict. */
export const listDue = (
  checks: readonly Check[],
  { now, lastAt }: { now: number; lastAt: ReadonlyMap<string, string> },
): Check[] =>
  checks.filter(({ name, schedule }) => {
    const last = lastAt.get(name)
    return schedule === 'each_ingest' || last === undefined || Math.abs(now - Date.parse(last)) >= dueAfterMs
  })

/** Asks the warehouse one question; a check that breaks gives the verdict `error` and its reason. */
export async function runCheck(db: Db, check: Check, scope: Scope): Promise<StoredVerdict> {
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
  const took = () => Math.round((performance.now() - started) * 10) / 10
  try {
    const { rows } = await check.sql(scope).execute(db)
    const [found] = rows
    if (found === undefined) throw new Error('its statement gave no row')
    const { rows_checked, observed, samples } = found
    const status = judge(check, found)
    const numbers = { observed, unit: check.unit, warning_above: warning, failed_above: failed, rows_checked }
    const details = status === 'passed' ? numbers : { ...numbers, samples: withInstants(samples) }
    return { ...declared, status, rows_checked, observed, duration_ms: took(), details }
  } catch (error) {
    const details = { error: toMessage(error) }
    return { ...declared, status: 'error', rows_checked: 0, observed: null, duration_ms: took(), details }
  }
}

/** How a check judges, for those who read its verdicts. */
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
