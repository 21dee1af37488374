import { type RawBuilder, sql } from 'kysely'
import type { CheckedTable, CheckName, CheckStatus, Dimension, Severity } from '../../contract/quality.ts'
import { dayMs, minuteMs, toUtcDay } from '../../contract/time.ts'

/** Parameters of a check: the current time (RFC 3339) and the configured number of tracked coins. */
export type Scope = { now: string; trackedCoins: number }

/** The one row that a check's statement returns. `samples`: up to 20 rows that broke the rule. */
export type Found = { rows_checked: number; observed: number | null; samples: Record<string, unknown>[] }

/** A data quality check: its statement, what it measures, and its thresholds. */
export type Check = {
  name: CheckName
  table: CheckedTable
  dimension: Dimension
  severity: Severity
  /** each_ingest: hourly and after each ingest, for fast statements (a few ms). */
  schedule: 'hourly' | 'each_ingest'
  question: string
  /** What `observed` counts or measures. */
  unit: string
  /** Warns when `observed` is greater; null: never. */
  warning: number | null
  /** Fails when `observed` is greater; null: never. */
  failed: number | null
  /** The status when no rows were checked. */
  whenEmpty: 'no_data' | 'failed'
  /** While the check named here has an open incident, failures of this check belong to it. */
  foldsUnder?: CheckName
  sql: (scope: Scope) => RawBuilder<Found>
}

const maxSamples = 20

/** Spans of time in minutes. */
export const hours = (count: number): number => 60 * count
export const days = (count: number): number => 1440 * count

/** The status by the thresholds. Throws when `observed` is not finite. */
export function toStatus({ warning, failed, whenEmpty }: Check, { rows_checked, observed }: Found): CheckStatus {
  if (rows_checked === 0 || observed === null) return whenEmpty
  if (!Number.isFinite(observed)) throw new Error(`observed is not a finite number: ${observed}`)
  if (failed !== null && observed > failed) return 'failed'
  return warning !== null && observed > warning ? 'warning' : 'passed'
}

/** `now` minus `minutes` as a parameter: the planner prunes partitions only by constants. */
export const ago = ({ now }: Scope, minutes: number): RawBuilder<string> =>
  sql`${new Date(Date.parse(now) - minutes * minuteMs).toISOString()}::timestamptz`

/** The condition that a fact `f` is from the last `minutes`. */
export const within = (scope: Scope, minutes: number): RawBuilder<boolean> =>
  sql`f.timestamp > ${ago(scope, minutes)} and f.timestamp <= ${scope.now}::timestamptz`

/** The UTC day `before` days before `now`, as YYYY-MM-DD. */
export const toDay = ({ now }: Scope, daysBefore = 0): string => toUtcDay(Date.parse(now) - daysBefore * dayMs)

/** That day as SQL. */
export const day = (scope: Scope, before = 0): RawBuilder<string> => sql`${toDay(scope, before)}::date`

/** The start of that day. */
export const midnight = (scope: Scope, before = 0): RawBuilder<string> =>
  sql`${`${toDay(scope, before)}T00:00:00Z`}::timestamptz`

type Parts = {
  /** Common table expressions for the other parts. */
  with?: RawBuilder<unknown>
  /** Query for the number of rows checked. */
  rows: RawBuilder<unknown>
  /** Query for the rows that broke the rule, worst first. */
  faults: RawBuilder<unknown>
  /** Query for the observed number. It may use `fault`. Absent: the number of faults. */
  observed?: RawBuilder<unknown>
}

/** Builds the statement of a check. */
export const toStatement = ({ with: ctes, rows, faults, observed }: Parts): RawBuilder<Found> => sql<Found>`
  with ${ctes === undefined ? sql`` : sql`${ctes}, `}fault as materialized (${faults})
  select (${rows})::int as rows_checked,
    (${observed ?? sql`select count(*) from fault`})::float8 as observed,
    (select coalesce(jsonb_agg(s), '[]') from (select * from fault limit ${sql.lit(maxSamples)}) s) as samples`
