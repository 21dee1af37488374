import type { Condition } from '../../contract/alert-conditions.ts'
import type { Repeat } from '../../contract/alerts.ts'

/** Values that change the state: at or above `up`, or at or below `down`. Infinite: none. */
export type Levels = { up: number; down: number }

const none: Levels = { up: Number.POSITIVE_INFINITY, down: Number.NEGATIVE_INFINITY }

const bits = new BigInt64Array(1)
const double = new Float64Array(bits.buffer)

/** The next double above a finite number. */
export function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  double[0] = value
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? 1n : -1n)
  return double[0] ?? value
}

/** The next double below a finite number. */
export const nextBelow = (value: number): number => -nextAbove(-value)

/** Where a condition is true. `margin` is in percent of the threshold if `isRelative`, else in its unit. */
type Threshold = { direction: 'above' | 'below'; value: number; isRelative: boolean }

const points = (direction: 'above' | 'below', value: number): Threshold => ({ direction, value, isRelative: false })
const relative = (direction: 'above' | 'below', value: number): Threshold => ({ direction, value, isRelative: true })

/** The threshold of a condition as it is measured (`measures.ts`); null for a price that crosses, and without a baseline. */
export function toThreshold(condition: Condition, baseline: number | null): Threshold | null {
  switch (condition.type) {
    case 'price':
      return condition.direction === 'crosses' ? null : relative(condition.direction, condition.price_usd)
    case 'all_time_high':
      return baseline === null ? null : relative('above', nextAbove(baseline))
    case 'all_time_low':
      return baseline === null ? null : relative('below', nextBelow(baseline))
    case 'change':
      return condition.direction === 'down' ? points('below', -condition.percent) : points('above', condition.percent)
    case 'volume':
      return relative('above', condition.multiple)
    case 'moving_average':
      return points(condition.direction, condition.percent)
    case 'rsi':
      return points(condition.direction, condition.level)
    case 'portfolio':
      return points(condition.direction, condition.usd)
    case 'data_age':
      return points('above', condition.minutes)
    case 'job':
    case 'incident':
    case 'feed':
      return points('above', 1)
  }
}

const isAt = ({ direction, value }: Threshold): Levels =>
  direction === 'above' ? { ...none, up: value } : { ...none, down: value }

/** Where a condition is false by the margin. Without a margin: where it is false. */
function isClearOf({ direction, value, isRelative }: Threshold, margin: number): Levels {
  const distance = isRelative ? (Math.abs(value) * margin) / 100 : margin
  return direction === 'above'
    ? { ...none, down: Math.min(value - distance, nextBelow(value)) }
    : { ...none, up: Math.max(value + distance, nextAbove(value)) }
}

type Crossing = { price_usd: number; side: 'above' | 'below' | null }

/** A price at its threshold is above it. */
const isCrossed = ({ price_usd, side }: Crossing): Levels =>
  side === 'below' ? { ...none, up: price_usd } : { ...none, down: nextBelow(price_usd) }

const isAwayFrom = ({ price_usd }: Crossing, margin: number): Levels => {
  const distance = (price_usd * margin) / 100
  return { up: price_usd + distance, down: Math.min(price_usd - distance, nextBelow(price_usd)) }
}

type Held = {
  condition: Condition
  repeat: Repeat
  state: 'armed' | 'triggered'
  side: 'above' | 'below' | null
  baseline: number | null
}

/** Conditions about true or false have no margin. */
const hasMargin = ({ type }: Condition): boolean => type !== 'job' && type !== 'incident' && type !== 'feed'

/** An alert that has to learn a side or baseline from the next value, whatever it is. */
export const mustLearn = ({ condition, side, baseline }: Pick<Held, 'condition' | 'side' | 'baseline'>): boolean =>
  condition.type === 'price'
    ? condition.direction === 'crosses' && side === null
    : (condition.type === 'all_time_high' || condition.type === 'all_time_low') && baseline === null

type Extremes = { baseline: number | null; extreme: number | null }

/** A new extreme is beyond the baseline, and not nearer than any value seen since. */
function isExtreme(type: 'all_time_high' | 'all_time_low', { baseline, extreme }: Extremes): Levels {
  if (baseline === null) return none
  return type === 'all_time_high'
    ? { ...none, up: Math.max(nextAbove(baseline), extreme ?? baseline) }
    : { ...none, down: Math.min(nextBelow(baseline), extreme ?? baseline) }
}

/**
 * The values at which an alert triggers, or at which it is armed again. `extreme`: the all-time high or low seen so far,
 * for a condition about it.
 */
export function toLevels(alert: Held, extreme: number | null = null): Levels {
  const { condition, repeat, state, side, baseline } = alert
  if (mustLearn(alert)) return { ...none, up: Number.NEGATIVE_INFINITY }
  const isTriggered = state === 'triggered'
  if (isTriggered && repeat.type === 'once') return none
  const margin = isTriggered && repeat.type === 'rearm' ? repeat.margin : null
  if (condition.type === 'price' && condition.direction === 'crosses') {
    const crossing = { price_usd: condition.price_usd, side }
    return margin === null ? isCrossed(crossing) : isAwayFrom(crossing, margin)
  }
  if (margin === null && (condition.type === 'all_time_high' || condition.type === 'all_time_low'))
    return isExtreme(condition.type, { baseline, extreme })
  const threshold = toThreshold(condition, baseline)
  if (threshold === null) return none
  return margin === null ? isAt(threshold) : isClearOf(threshold, hasMargin(condition) ? margin : 0)
}
