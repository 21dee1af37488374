import { Type } from 'typebox'
import { checkNames, severities } from './lists.ts'
import { Instant, Nullable } from './units.ts'

export { checkNames }

export type CheckName = (typeof checkNames)[number]

/** The tables that checks look after. */
export const checkedTables = [
  'fact_market_data',
  'fact_daily_ohlcv',
  'fact_minute_ohlc',
  'dim_coin',
  'quarantine_market_data',
  'pipeline_runs',
] as const
export type CheckedTable = (typeof checkedTables)[number]

/** What is asked about the data. */
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
  description: 'error: the check itself broke; no_data: there was nothing to look at, so it neither passed nor failed',
})
export type CheckStatus = (typeof checkStatuses)[number]

const Details = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description:
    'observed, unit, warning_above, failed_above and rows_checked, whatever the result; samples: up to 20 rows at fault with their values, unless it passed; of a check that broke only error: why',
})
const Threshold = Nullable(Type.Number({ description: 'the observed number is worse than this; null: never' }))

/** How a check judges: its question, the number it observes, and above which it warns and fails. */
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

/** What one run of a check came to. `observed` is null when there was nothing to look at. */
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
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  per_page: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  check_name: Type.Optional(Type.Enum([...checkNames])),
  table_name: Type.Optional(Type.Enum([...checkedTables])),
  status: Type.Optional(CheckStatus),
  dimension: Type.Optional(Dimension),
  severity: Type.Optional(Severity),
})
export type CheckListQuery = Type.Static<typeof CheckListQuery>

/** One page of results, newest first. */
export const CheckList = Type.Object({
  items: Type.Array(CheckResult),
  total: Type.Integer(),
  page: Type.Integer(),
  per_page: Type.Integer(),
  pages: Type.Integer(),
})
export type CheckList = Type.Static<typeof CheckList>

export const CheckParams = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) })
export const CheckHistoryQuery = Type.Object({ hours: Type.Integer({ minimum: 1, maximum: 720, default: 24 }) })

/** A check and what it came to, oldest first; of more than 1,000 results the newest. */
export const CheckHistory = Type.Object({ method: CheckMethod, results: Type.Array(CheckResult) })
export type CheckHistory = Type.Static<typeof CheckHistory>

export const QualityHoursQuery = Type.Object({ hours: Type.Integer({ minimum: 1, maximum: 168, default: 24 }) })

/**
 * A check hour by hour: the worst verdict of each hour in which it gave one, oldest first. `latest` is its newest verdict
 * of the last 30 days, null when it has none.
 */
const CheckHours = Type.Object({
  check_name: Type.String(),
  table_name: Type.String(),
  latest: Type.Unsafe<{ status: CheckStatus; executed_at: string } | null>({
    anyOf: [{ type: 'null' }, Type.Object({ status: CheckStatus, executed_at: Instant })],
  }),
  hours: Type.Array(
    Type.Object({
      hour: Type.String({ format: 'date-time', description: 'the full hour at which it begins, UTC' }),
      status: CheckStatus,
      verdicts: Type.Integer({ description: 'how many it gave in the hour' }),
    }),
  ),
})

/** Every check from the full hour `from` until `to`, the running hour among them. */
export const QualityHours = Type.Object({ from: Instant, to: Instant, checks: Type.Array(CheckHours) })
export type QualityHours = Type.Static<typeof QualityHours>

/** One cause that lasts: opened by the first failure, closed by the second pass in a row. */
export const Incident = Type.Object({
  id: Type.Integer(),
  check_name: Type.String(),
  table_name: Type.String(),
  severity: Severity,
  status: Type.Enum([...checkStatuses], { description: 'the newest verdict of the check' }),
  opened_at: Instant,
  updated_at: Instant,
  failures: Type.Integer({ description: 'failed or broken runs since it opened' }),
  passes: Type.Integer({ description: 'passed runs in a row; at 2 it closes' }),
  observed: Nullable(Type.Number({ description: 'of the newest failure' })),
  details: Details,
  folded: Type.Array(Type.String(), { description: 'checks that fail because of this, and are no incidents apart' }),
})
export type Incident = Type.Static<typeof Incident>

/**
 * How a table is: the newest verdict of each of its checks. Score = (passed + half of the warnings) / total_checks in
 * percent, rounded down; checks that had nothing to look at do not count, and a table with no other is left out.
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
    description: 'the score at each full hour of the last 24, and now; hours without checks are left out',
  }),
  incidents: Type.Array(Incident),
})
export type TableQuality = Type.Static<typeof TableQuality>
