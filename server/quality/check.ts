import { type RawBuilder, sql } from 'kysely'
import type { CheckedTable, CheckName, CheckStatus, Dimension, Severity } from '../../contract/quality.ts'

/** What a check judges by: the instant (RFC 3339) that counts as now, and how many coins are to be tracked. */
export type Scope = { now: string; trackedCoins: number }

/** The one row of a check's statement: how many rows it looked at, its number, and at most 20 rows at fault. */
export type Found = { rows_checked: number; observed: number | null; samples: Record<string, unknown>[] }

/** One question to the warehouse about its own data, with all that decides the answer. */
export type Check = {
  name: CheckName
  table: CheckedTable
  dimension: Dimension
  severity: Severity
  /** each_ingest: hourly, and after each ingest; only for what is cheap. */
  schedule: 'hourly' | 'each_ingest'
  question: string
  /** What `observed` counts or measures. */
  unit: string
  /** Observed above it is a warning; null: never. */
  warning: number | null
  /** Observed above it is a failure; null: never. */
  failed: number | null
  /** The verdict when there is nothing to look at. */
  whenEmpty: 'no_data' | 'failed'
  /** While this check has an open incident, the failures of this one belong to it. */
  foldsUnder?: CheckName
  sql: (scope: Scope) => RawBuilder<Found>
}

const maxSamples = 20
const dayMs = 86_400_000

/** Spans of time in minutes. */
export const hours = (count: number): number => 60 * count
export const days = (count: number): number => 1440 * count

/** The verdict of what was found; throws when the number is none. */
export function judge({ warning, failed, whenEmpty }: Check, { rows_checked, observed }: Found): CheckStatus {
  if (rows_checked === 0 || observed === null) return whenEmpty
  if (!Number.isFinite(observed)) throw new Error(`it observed ${observed}`)
  if (failed !== null && observed > failed) return 'failed'
  return warning !== null && observed > warning ? 'warning' : 'passed'
}

/** `now` of the scope less so many minutes. A plain parameter: only so is a partition left out before the plan is made. */
export const ago = ({ now }: Scope, minutes: number): RawBuilder<string> =>
  sql`${new Date(Date.parse(now) - minutes * 60_000).toISOString()}::timestamptz`

/** The condition that holds of the facts `f` of the last `minutes`. */
export const within = (scope: Scope, minutes: number): RawBuilder<boolean> =>
  sql`f.timestamp > ${ago(scope, minutes)} and f.timestamp <= ${scope.now}::timestamptz`

const toDay = ({ now }: Scope, before: number): string =>
  new Date(Date.parse(now.slice(0, 10)) - before * dayMs).toISOString().slice(0, 10)

/** The UTC day of the scope's now, less so many days. */
export const day = (scope: Scope, before = 0): RawBuilder<string> => sql`${toDay(scope, before)}::date`

/** The first instant of such a day. */
export const midnight = (scope: Scope, before = 0): RawBuilder<string> =>
  sql`${`${toDay(scope, before)}T00:00:00Z`}::timestamptz`

type Parts = {
  /** Common table expressions that the others use. */
  parts?: RawBuilder<unknown>
  /** How many rows are looked at. */
  rows: RawBuilder<unknown>
  /** The rows at fault, the worst first. */
  faults: RawBuilder<unknown>
  /** The number to judge by, over `fault`; absent: how many rows are at fault. */
  observed?: RawBuilder<unknown>
}

/** The statement of a check from its parts. */
export const toStatement = ({ parts, rows, faults, observed }: Parts): RawBuilder<Found> => sql<Found>`
  with ${parts === undefined ? sql`` : sql`${parts}, `}fault as materialized (${faults})
  select (${rows})::int as rows_checked,
    (${observed ?? sql`select count(*) from fault`})::float8 as observed,
    (select coalesce(jsonb_agg(s), '[]') from (select * from fault limit ${sql.lit(maxSamples)}) s) as samples`
