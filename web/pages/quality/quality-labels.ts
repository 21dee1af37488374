import type { CheckMethod, CheckResult, CheckStatus, Severity } from '@contract/quality.ts'
import { CircleAlert, CircleCheck, CircleDashed, CircleX, TriangleAlert } from 'lucide-react'
import type { Status } from '@/components/ui/status-word'
import { formatExact, formatMoment } from '@/lib/format'
import type { Cell, MatrixRow } from './check-matrix'

const hourMs = 3_600_000

export const checkStates: Record<CheckStatus, Status> = {
  passed: { word: 'Passed', icon: CircleCheck, tone: 'quiet', title: 'The number is within its threshold' },
  warning: { word: 'Warning', icon: TriangleAlert, tone: 'warn', title: 'The number is above its warning threshold' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad', title: 'The number is above its failure threshold' },
  error: { word: 'Error', icon: CircleAlert, tone: 'bad', title: 'The check itself broke' },
  no_data: { word: 'No data', icon: CircleDashed, tone: 'quiet', title: 'There was nothing to look at' },
}

/** The statuses from the worst on. */
export const worstFirst: readonly CheckStatus[] = ['failed', 'error', 'warning', 'passed', 'no_data']

/** Those that need a person. */
export const isWrong = (status: CheckStatus): boolean =>
  status === 'failed' || status === 'error' || status === 'warning'

export const severityWords: Record<Severity, string> = { critical: 'Critical', major: 'Major', minor: 'Minor' }

/** The name of a check as words: `Stale upstream`. */
export const toCheckName = (name: string): string => {
  const words = name.replaceAll('_', ' ').replace('ohlcv', 'OHLCV')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** To two decimals at most. */
const short = (value: number): string => formatExact(Number(value.toFixed(2)))

/** A unit that follows a number: a percent sign stands at it, a word apart. */
const after = (unit: string): string => (unit.startsWith('%') ? unit : ` ${unit}`)

/** What a check observed, with its unit: `0 rows`, `12.5% of the tracked coins`. */
export const formatObserved = (observed: number | null, unit: string): string =>
  observed === null ? 'nothing' : short(observed) + after(unit)

/** When a check warns and fails: `warns above 30, fails above 60 minutes`. */
export function toThresholds({
  warning_above,
  failed_above,
  unit,
}: Pick<CheckMethod, 'warning_above' | 'failed_above' | 'unit'>): string {
  const told = [
    warning_above === null ? '' : `warns above ${short(warning_above)}`,
    failed_above === null ? '' : `fails above ${short(failed_above)}`,
  ].filter((part) => part !== '')
  return told.length === 0 ? 'never warns or fails' : told.join(', ') + after(unit)
}

/** The newest of the worst verdicts; undefined when there is none. */
export const findWorst = (results: readonly CheckResult[]): CheckResult | undefined =>
  worstFirst
    .map((status) => results.findLast((result) => result.status === status))
    .find((result) => result !== undefined)

/** An hour of a check in words: `Freshness, 25 Nov 14:00 to 15:00: failed, the worst of 6 verdicts`. */
export function describeCell({ check_name }: MatrixRow, { hour, status, verdicts }: Cell): string {
  const span = `${formatMoment(hour)} to ${formatMoment(hour + hourMs, 'time')}`
  const words = status === null ? 'no verdict' : checkStates[status].word.toLowerCase()
  const count = verdicts > 1 ? `, the worst of ${verdicts} verdicts` : ''
  return `${toCheckName(check_name)}, ${span}: ${words}${count}`
}
