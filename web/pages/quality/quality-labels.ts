import type { CheckMethod, CheckResult, CheckStatus, Severity } from '@contract/quality.ts'
import { CircleAlert, CircleCheck, CircleDashed, CircleX, TriangleAlert } from 'lucide-react'
import type { Status } from '@/components/ui/status-word'
import { formatExact, formatMoment } from '@/lib/format'
import { hourMs } from '../../../contract/time.ts'
import type { Cell, MatrixRow } from './check-matrix'
import { toCheckName } from './quality-names'

export const checkStates: Record<CheckStatus, Status> = {
  passed: { word: 'Passed', icon: CircleCheck, tone: 'quiet', title: 'Within the thresholds' },
  warning: { word: 'Warning', icon: TriangleAlert, tone: 'warn', title: 'Above the warning threshold' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad', title: 'Above the failure threshold' },
  error: { word: 'Error', icon: CircleAlert, tone: 'bad', title: 'The check failed to run' },
  no_data: { word: 'No data', icon: CircleDashed, tone: 'quiet', title: 'No rows to check' },
}

export const worstFirst: readonly CheckStatus[] = ['failed', 'error', 'warning', 'passed', 'no_data']

export const needsAttention = (status: CheckStatus): boolean =>
  status === 'failed' || status === 'error' || status === 'warning'

export const severityLabels: Record<Severity, string> = { critical: 'Critical', major: 'Major', minor: 'Minor' }

/** Up to two decimals. */
const formatShort = (value: number): string => formatExact(Number(value.toFixed(2)))

/** `%` follows a number directly, other units after a space. */
const toSuffix = (unit: string): string => (unit.startsWith('%') ? unit : ` ${unit}`)

/** An observed value with its unit: `0 rows`, `12.5% of tracked coins`. */
export const formatObserved = (observed: number | null, unit: string): string =>
  observed === null ? 'No data' : formatShort(observed) + toSuffix(unit)

/** `Warning above 30, failed above 60 minutes`. */
export function toThresholds({
  warning_above,
  failed_above,
  unit,
}: Pick<CheckMethod, 'warning_above' | 'failed_above' | 'unit'>): string {
  const warning = warning_above === null ? '' : `Warning above ${formatShort(warning_above)}`
  const failed =
    failed_above === null ? '' : `${warning === '' ? 'Failed' : ', failed'} above ${formatShort(failed_above)}`
  return warning + failed === '' ? 'None' : warning + failed + toSuffix(unit)
}

/** The newest of the worst results; undefined when there is none. */
export const findWorst = (results: readonly CheckResult[]): CheckResult | undefined =>
  worstFirst
    .map((status) => results.findLast((result) => result.status === status))
    .find((result) => result !== undefined)

/** `Freshness, 25 Nov 14:00 to 15:00: failed, worst of 6 results`. */
export function describeCell({ check_name }: MatrixRow, { hour, status, verdicts }: Cell): string {
  const span = `${formatMoment(hour)} to ${formatMoment(hour + hourMs, 'time')}`
  const result = status === null ? 'no result' : checkStates[status].word.toLowerCase()
  const count = verdicts > 1 ? `, worst of ${verdicts} results` : ''
  return `${toCheckName(check_name)}, ${span}: ${result}${count}`
}
