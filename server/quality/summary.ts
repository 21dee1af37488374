import { type CheckedTable, checkedTables, type QualityHours, type TableQuality } from '../../contract/quality.ts'
import type { Db } from '../warehouse/db.ts'
import { listOpenIncidents } from '../warehouse/incidents.ts'
import { listStandings, listVerdictHours, type Standing } from '../warehouse/quality.ts'
import type { Check } from './check.ts'
import { checks } from './checks.ts'
import { computeScore, countStatuses } from './score.ts'

const hourMs = 3_600_000
const trendHours = 24
/** A verdict older than this says nothing about an instant of the past. */
const trendAge = '2 hours'
const keptFor = '30 days'

const tableOf = new Map<string, CheckedTable>(checks.map(({ name, table }) => [name, table]))

/** How each table is at `now` (ms since 1970), those that have a score. */
export async function listTableQuality(db: Db, now: number): Promise<TableQuality[]> {
  const checkNames = checks.map(({ name }) => name)
  const lastHour = Math.floor(now / hourMs) * hourMs
  const hours = Array.from({ length: trendHours }, (_, index) => lastHour - (trendHours - 1 - index) * hourMs)
  const [latest, past, incidents] = await Promise.all([
    listStandings(db, { checkNames, instants: [new Date(now).toISOString()], maxAge: keptFor }),
    listStandings(db, { checkNames, instants: hours.map((ms) => new Date(ms).toISOString()), maxAge: trendAge }),
    listOpenIncidents(db),
  ])
  const of = (table: CheckedTable, rows: Standing[]) => rows.filter((row) => tableOf.get(row.check_name) === table)
  return checkedTables.flatMap((table_name) => {
    const standing = of(table_name, latest)
    const quality = toQuality(standing)
    if (quality === undefined) return []
    const trend = [...toTrend(of(table_name, past)), { timestamp: new Date(now).toISOString(), score: quality.score }]
    return [{ table_name, ...quality, trend, incidents: incidents.filter((row) => row.table_name === table_name) }]
  })
}

function toQuality(standing: Standing[]) {
  const statuses = standing.map(({ status }) => status)
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
    last_checked_at: new Date(Math.max(...standing.map(({ executed_at }) => Date.parse(executed_at)))).toISOString(),
  }
}

const toTrend = (rows: Standing[]): { timestamp: string; score: number }[] =>
  [...Map.groupBy(rows, ({ at }) => at)].flatMap(([timestamp, standing]) => {
    const score = computeScore(standing.map(({ status }) => status))
    return score === null ? [] : [{ timestamp, score }]
  })

/** The newest verdict of each check that has one, and the score of each table that has one. */
export async function findStandings(db: Db, now: number): Promise<{ checks: Standing[]; scores: Map<string, number> }> {
  const checkNames = checks.map(({ name }) => name)
  const standings = await listStandings(db, { checkNames, instants: [new Date(now).toISOString()], maxAge: keptFor })
  const byTable = Map.groupBy(standings, ({ check_name }) => tableOf.get(check_name) ?? '')
  const scores = [...byTable].flatMap(([table, rows]): [string, number][] => {
    const score = computeScore(rows.map(({ status }) => status))
    return score === null ? [] : [[table, score]]
  })
  return { checks: standings, scores: new Map(scores) }
}

/** Each check with its newest verdict and its worst of each of the last `hours` until `now`, the running one among them. */
export async function findQualityHours(db: Db, { now, hours }: { now: number; hours: number }): Promise<QualityHours> {
  const checkNames = checks.map(({ name }) => name)
  const from = new Date((Math.floor(now / hourMs) - hours + 1) * hourMs).toISOString()
  const to = new Date(now).toISOString()
  const [latest, verdicts] = await Promise.all([
    listStandings(db, { checkNames, instants: [to], maxAge: keptFor }),
    listVerdictHours(db, from),
  ])
  const toHours = ({ name, table }: Check) => {
    const standing = latest.find(({ check_name }) => check_name === name)
    return {
      check_name: name,
      table_name: table,
      latest: standing === undefined ? null : { status: standing.status, executed_at: standing.executed_at },
      hours: verdicts.flatMap(({ check_name, ...hour }) => (check_name === name ? [hour] : [])),
    }
  }
  return { from, to, checks: checks.map(toHours) }
}
