import { Type } from 'typebox'
import { checkNames, severities } from './lists.ts'
import { Page, pageQuery } from './queries.ts'
import { Instant, Nullable } from './units.ts'

export { checkNames }

export type CheckName = (typeof checkNames)[number]

export const checkedTables = [
  'fact_market_data',
  'fact_daily_ohlcv',
  'fact_minute_ohlc',
  'fact_exchange_ohlcv',
  'dim_coin',
  'quarantine_market_data',
  'pipeline_runs',
] as const
export type CheckedTable = (typeof checkedTables)[number]

export const dimensions = [
  'freshness',
  'completeness',
  'validity',
  'integrity',
  'uniqueness',
  'consistency',
  'plausibility',
] as const
export const Dimension = Type.Enum([...dimensions])
export type Dimension = (typeof dimensions)[number]

export const Severity = Type.Enum([...severities])
export type Severity = (typeof severities)[number]

export const checkStatuses = ['passed', 'warning', 'failed', 'error', 'no_data'] as const
export const CheckStatus = Type.Enum([...checkStatuses], {
  description: 'error: the check itself failed to run; no_data: there were no rows to check',
})
export type CheckStatus = (typeof checkStatuses)[number]

const Details = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description:
    'observed, unit, warning_above, failed_above and rows_checked; samples: up to 20 rows that broke the rule, unless passed; for the status error only error: the message',
})
const Threshold = Nullable(Type.Number({ description: 'reached when the observed number is greater; null: never' }))

/** What a check measures and its thresholds. */
export const CheckMethod = Type.Object({
  check_name: Type.String(),
  table_name: Type.String(),
  dimension: Dimension,
  severity: Severity,
  schedule: Type.Enum(['hourly', 'each_ingest'], { description: 'each_ingest: hourly, and after each ingest' }),
  question: Type.String(),
  unit: Type.String({ description: 'what the observed number counts or measures' }),
  warning_above: Threshold,
  failed_above: Threshold,
  sql: Type.String({ description: 'the statement; $1, $2, ... stand for the time of the check and its settings' }),
})
export type CheckMethod = Type.Static<typeof CheckMethod>

/** The result of one run of a check. `observed` is null when no rows were checked. */
export const CheckResult = Type.Object({
  id: Type.Integer(),
  check_name: Type.String(),
  table_name: Type.String(),
  dimension: Dimension,
  severity: Severity,
  status: CheckStatus,
  rows_checked: Nullable(Type.Integer()),
  observed: Nullable(Type.Number()),
  warning_above: Threshold,
  failed_above: Threshold,
  duration_ms: Nullable(Type.Number()),
  details: Details,
  executed_at: Instant,
})
export type CheckResult = Type.Static<typeof CheckResult>

export const CheckListQuery = Type.Object({
  ...pageQuery,
  check_name: Type.Optional(Type.Enum([...checkNames])),
  table_name: Type.Optional(Type.Enum([...checkedTables])),
  status: Type.Optional(CheckStatus),
  dimension: Type.Optional(Dimension),
  severity: Type.Optional(Severity),
})
export type CheckListQuery = Type.Static<typeof CheckListQuery>

/** Newest first. */
export const CheckList = Page(CheckResult)
export type CheckList = Type.Static<typeof CheckList>

export const CheckParams = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) })
export const CheckHistoryQuery = Type.Object({ hours: Type.Integer({ minimum: 1, maximum: 720, default: 24 }) })

/** A check and its results, oldest first; of more than 1,000 the newest. */
export const CheckHistory = Type.Object({ method: CheckMethod, results: Type.Array(CheckResult) })
export type CheckHistory = Type.Static<typeof CheckHistory>

/** The worst result of a check in each hour that has one, oldest first. `latest`: of the last 30 days. */
const CheckHours = Type.Object({
  check_name: Type.String(),
  table_name: Type.String(),
  latest: Type.Unsafe<{ status: CheckStatus; executed_at: string } | null>({
    anyOf: [{ type: 'null' }, Type.Object({ status: CheckStatus, executed_at: Instant })],
  }),
  hours: Type.Array(
    Type.Object({
      hour: Type.String({ format: 'date-time', description: 'start of the hour, UTC' }),
      status: CheckStatus,
      verdicts: Type.Integer({ description: 'number of results in the hour' }),
    }),
  ),
})

/** Every check from the full hour `from` until `to`, including the current hour. */
export const QualityHours = Type.Object({ from: Instant, to: Instant, checks: Type.Array(CheckHours) })
export type QualityHours = Type.Static<typeof QualityHours>

/** An incident opens on failure and resolves after two consecutive passes. */
export const Incident = Type.Object({
  id: Type.Integer(),
  check_name: Type.String(),
  table_name: Type.String(),
  severity: Severity,
  status: Type.Enum([...checkStatuses], { description: 'the newest result of the check' }),
  opened_at: Instant,
  updated_at: Instant,
  failures: Type.Integer({ description: 'results failed or error since it opened' }),
  passes: Type.Integer({ description: 'consecutive passes; at 2 it resolves' }),
  observed: Nullable(Type.Number({ description: 'at the newest failure' })),
  details: Details,
  folded: Type.Array(Type.String(), { description: 'failing checks that belong to this incident' }),
})
export type Incident = Type.Static<typeof Incident>

/**
 * The newest result of each check of a table. Score = (passed + warnings / 2) / total_checks in percent, rounded down.
 * no_data does not count; tables without other results are left out.
 */
export const TableQuality = Type.Object({
  table_name: Type.String(),
  total_checks: Type.Integer(),
  passed: Type.Integer(),
  failed: Type.Integer(),
  warnings: Type.Integer(),
  errors: Type.Integer(),
  no_data: Type.Integer(),
  score: Type.Number({ minimum: 0, maximum: 100 }),
  last_checked_at: Instant,
  trend: Type.Array(Type.Object({ timestamp: Instant, score: Type.Number() }), {
    description: 'the score at each full hour of the last 24 h and now; hours without results are left out',
  }),
  incidents: Type.Array(Incident),
})
export type TableQuality = Type.Static<typeof TableQuality>
