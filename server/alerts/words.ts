import type { Condition } from '../../contract/alert-conditions.ts'
import { severities } from '../../contract/lists.ts'

const minus = '\u2212'
const sign = (value: number): string => (value < 0 ? minus : '')

const maxDigits = 20

/** A number with up to 6 significant digits, never fewer than its cents. */
function toDigits(size: number): string {
  const decimals = size === 0 || size >= 1000 ? 2 : Math.max(2, 5 - Math.floor(Math.log10(size)))
  const text = size.toLocaleString('en-US', { maximumFractionDigits: Math.min(maxDigits, decimals) })
  return text === '0' && size > 0 ? size.toPrecision(4) : text
}

/** US dollars, cents of round amounts left out: `$70,000`, `$0.00001234`. */
export function formatUsd(value: number): string {
  const digits = toDigits(Math.abs(value))
  return `${sign(value)}$${/\.\d$/.test(digits) ? `${digits}0` : digits}`
}

const formatNumber = (value: number): string =>
  `${sign(value)}${Math.abs(value).toLocaleString('en-US', { maximumFractionDigits: 2 })}`

const formatPct = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value)}%`

/** `2026-11-29 18:20:05 UTC`. */
const formatTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** What a condition is about: the name of its coin or portfolio. */
export type Subject = { name: string; coingeckoId: string | null }

const atOr = (direction: 'above' | 'below'): string => `at or ${direction}`
const toWindow: Record<string, string> = {
  '5m': '5 minutes',
  '15m': '15 minutes',
  '1h': '1 hour',
  '4h': '4 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
}

const toChange = ({ direction, percent }: { direction: 'up' | 'down' | 'either'; percent: number }): string =>
  direction === 'either'
    ? `moves ${formatNumber(percent)}% or more`
    : `${direction === 'up' ? 'rises' : 'falls'} ${formatNumber(percent)}% or more`

const toProblem = { failing: 'failing', late: 'late', either: 'failing or late' } as const

/** A condition in words, such as `Bitcoin price at or above $70,000`. */
export function describeCondition(condition: Condition, { name }: Pick<Subject, 'name'>): string {
  switch (condition.type) {
    case 'price':
      return condition.direction === 'crosses'
        ? `${name} price crosses ${formatUsd(condition.price_usd)}`
        : `${name} price ${atOr(condition.direction)} ${formatUsd(condition.price_usd)}`
    case 'change':
      return `${name} ${toChange(condition)} in ${toWindow[condition.window]}`
    case 'volume':
      return `${name} 24h volume at or above ${formatNumber(condition.multiple)}× its 30-day mean`
    case 'all_time_high':
      return `${name} above its all-time high`
    case 'all_time_low':
      return `${name} below its all-time low`
    case 'moving_average':
      return `${name} ${atOr(condition.direction)} ${formatPct(condition.percent)} from its ${condition.days}-day average`
    case 'rsi':
      return `${name} RSI (14 days) ${atOr(condition.direction)} ${formatNumber(condition.level)}`
    case 'portfolio':
      return `${name} ${condition.figure} ${atOr(condition.direction)} ${formatUsd(condition.usd)}`
    case 'job':
      return `${condition.job_id ?? 'Any job'} ${toProblem[condition.problem]}`
    case 'incident': {
      const isAny = condition.severity === severities.at(-1)
      return isAny
        ? 'Incident open'
        : `Incident open: ${condition.severity}${condition.severity === 'major' ? ' or critical' : ''}`
    }
    case 'data_age':
      return `Data older than ${condition.minutes} min`
    case 'feed':
      return condition.source === null ? 'Price stream down' : `Price source ${condition.source} down`
  }
}

const toPath = ({ type }: Condition, { coingeckoId }: Subject): string => {
  if (coingeckoId !== null) return `/coins/${encodeURIComponent(coingeckoId)}`
  if (type === 'portfolio') return '/portfolio'
  return type === 'incident' ? '/quality' : '/pipeline'
}

/** What was measured, and the threshold, in words. */
function toMeasured(condition: Condition, value: number, threshold: number | null, detail: string | undefined): string {
  const limit = (format: (one: number) => string) => (threshold === null ? '' : `, threshold ${format(threshold)}`)
  switch (condition.type) {
    case 'price':
    case 'all_time_high':
    case 'all_time_low':
      return `Price ${formatUsd(value)}${limit(formatUsd)}`
    case 'change':
      return `Change ${formatPct(value)}${limit(formatPct)}`
    case 'volume':
      return `Volume ${formatNumber(value)}× its 30-day mean${limit((one) => `${formatNumber(one)}×`)}`
    case 'moving_average':
      return `Distance ${formatPct(value)}${limit(formatPct)}`
    case 'rsi':
      return `RSI ${formatNumber(value)}${limit(formatNumber)}`
    case 'portfolio':
      return `${condition.figure === 'value' ? 'Value' : 'Profit'} ${formatUsd(value)}${limit(formatUsd)}`
    case 'data_age':
      return `Age ${formatNumber(Math.floor(value))} min${limit((one) => `${formatNumber(one)} min`)}`
    default:
      return detail ?? 'Down'
  }
}

export type Told = {
  condition: Condition
  note: string | null
  value: number
  threshold: number | null
  at: number
  /** What else is known, such as the names of failing jobs and the price. */
  detail?: string | undefined
}

/** What an account is told about a trigger: value, price, threshold, time and the page with more. */
export function toMessage(told: Told, subject: Subject): { title: string; text: string; path: string } {
  const { condition, note, value, threshold, at, detail } = told
  const measured = toMeasured(condition, value, threshold, detail)
  const more = detail === undefined || measured === detail ? '' : `${detail}. `
  return {
    title: describeCondition(condition, subject),
    text: `${measured}. ${more}${formatTime(at)}.${note === null ? '' : `\n${note}`}`,
    path: toPath(condition, subject),
  }
}
