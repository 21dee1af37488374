import { type CheckedTable, checkedTables, type QualityHours, type TableQuality } from '../../contract/quality.ts'
import { hourMs } from '../../contract/time.ts'
import type { Db } from '../warehouse/db.ts'
import { listOpenIncidents } from '../warehouse/incidents.ts'
import { type LatestResult, listCheckHours, listLatestResults } from '../warehouse/quality.ts'
import type { Check } from './check.ts'
import { checks } from './checks.ts'
import { computeScore, countStatuses } from './score.ts'

const trendHours = 24
/** Maximum age of results in the score of a past hour. */
const trendMaxAge = '2 hours'
const maxAge = '30 days'

const tableOf = new Map<string, CheckedTable>(checks.map(({ name, table }) => [name, table]))

/** The score, counts, trend and open incidents of each table that has a score at `now` (ms since 1970). */
export async function listTableQuality(db: Db, now: number): Promise<TableQuality[]> {
  const checkNames = checks.map(({ name }) => name)
  const lastHour = Math.floor(now / hourMs) * hourMs
  const hours = Array.from({ length: trendHours }, (_, index) => lastHour - (trendHours - 1 - index) * hourMs)
  const [latest, past, incidents] = await Promise.all([
    listLatestResults(db, { checkNames, instants: [new Date(now).toISOString()], maxAge }),
    listLatestResults(db, { checkNames, instants: hours.map((ms) => new Date(ms).toISOString()), maxAge: trendMaxAge }),
    listOpenIncidents(db),
  ])
  const of = (table: CheckedTable, rows: LatestResult[]) => rows.filter((row) => tableOf.get(row.check_name) === table)
  return checkedTables.flatMap((table_name) => {
    const results = of(table_name, latest)
    const quality = toQuality(results)
    if (quality === undefined) return []
    const trend = [...toTrend(of(table_name, past)), { timestamp: new Date(now).toISOString(), score: quality.score }]
    return [{ table_name, ...quality, trend, incidents: incidents.filter((row) => row.table_name === table_name) }]
  })
}

function toQuality(results: LatestResult[]) {
  const statuses = results.map(({ status }) => status)
  const score = computeScore(statuses)
  if (score === null) return undefined
  const { passed, warning, failed, error, no_data } = countStatuses(statuses)
  return {
    total_checks: passed + warning + failed + error,
    passed,
    failed,
    warnings: warning,
    errors: error,
    no_data,
    score,
    last_checked_at: new Date(Math.max(...results.map(({ executed_at }) => Date.parse(executed_at)))).toISOString(),
  }
}

const toTrend = (rows: LatestResult[]): { timestamp: string; score: number }[] =>
  [...Map.groupBy(rows, ({ at }) => at)].flatMap(([timestamp, results]) => {
    const score = computeScore(results.map(({ status }) => status))
    return score === null ? [] : [{ timestamp, score }]
  })

/** The latest result of each check and the score of each table, if any. */
export async function findLatestResults(
  db: Db,
  now: number,
): Promise<{ checks: LatestResult[]; scores: Map<string, number> }> {
  const checkNames = checks.map(({ name }) => name)
  const results = await listLatestResults(db, { checkNames, instants: [new Date(now).toISOString()], maxAge })
  const byTable = Map.groupBy(results, ({ check_name }) => tableOf.get(check_name) ?? '')
  const scores = [...byTable].flatMap(([table, rows]): [string, number][] => {
    const score = computeScore(rows.map(({ status }) => status))
    return score === null ? [] : [[table, score]]
  })
  return { checks: results, scores: new Map(scores) }
}

/** The latest result of each check and its worst result in each of the last `hours` hours, including this one. */
export async function findQualityHours(db: Db, { now, hours }: { now: number; hours: number }): Promise<QualityHours> {
  const checkNames = checks.map(({ name }) => name)
  const from = new Date((Math.floor(now / hourMs) - hours + 1) * hourMs).toISOString()
  const to = new Date(now).toISOString()
  const [latest, byHour] = await Promise.all([
    listLatestResults(db, { checkNames, instants: [to], maxAge }),
    listCheckHours(db, from),
  ])
  const toHours = ({ name, table }: Check) => {
    const newest = latest.find(({ check_name }) => check_name === name)
    return {
      check_name: name,
      table_name: table,
      latest: newest === undefined ? null : { status: newest.status, executed_at: newest.executed_at },
      hours: byHour.flatMap(({ check_name, ...hour }) => (check_name === name ? [hour] : [])),
    }
  }
  return { from, to, checks: checks.map(toHours) }
}
