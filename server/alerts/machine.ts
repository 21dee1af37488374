import type { Condition } from '../../contract/alert-conditions.ts'
import type { AlertState } from '../../contract/alert-lists.ts'
import type { Repeat } from '../../contract/alerts.ts'
import { minuteMs } from '../../contract/time.ts'
import { mustLearn, toLevels } from './levels.ts'

/** What an evaluation changes. Instants in ms since 1970. */
type Progress = {
  state: 'armed' | 'triggered'
  /** Of a price that crosses a threshold: the last side. Null: unknown, and for other conditions. */
  side: 'above' | 'below' | null
  /** All-time extreme in USD that a price must pass. Null: unknown, and for other conditions. */
  baseline: number | null
  /** End of the cool-down. */
  ready_at: number | null
  /** The observation that last changed the state. */
  observed_at: number | null
}

export type Evaluated = Progress & {
  condition: Condition
  repeat: Repeat
  is_active: boolean
  expires_at: number | null
  snoozed_until: number | null
}

/** A measured value (`measures.ts`). `extreme`: the all-time high or low seen so far, for conditions about it. */
export type Reading = { value: number; at: number; extreme?: number | null }

/** A change of state. `isTrigger` false: nobody is told. */
export type Step = { progress: Progress; isTrigger: boolean }

const hasEnded = ({ state, repeat }: Pick<Evaluated, 'state' | 'repeat'>): boolean =>
  state === 'triggered' && repeat.type === 'once'

const isBefore = (at: number, instant: number | null): boolean => instant !== null && at < instant

const isCoolingDown = ({ state, repeat, ready_at }: Evaluated, at: number): boolean =>
  state === 'triggered' && repeat.type === 'cool_down' && isBefore(at, ready_at)

/** The state of an alert at an instant, in words of the API. */
export function toAlertState(alert: Evaluated, at: number): AlertState {
  if (hasEnded(alert)) return 'triggered'
  if (alert.expires_at !== null && at >= alert.expires_at) return 'expired'
  if (!alert.is_active) return 'off'
  if (isBefore(at, alert.snoozed_until)) return 'snoozed'
  if (isCoolingDown(alert, at)) return 'cooling_down'
  return alert.state === 'triggered' && alert.repeat.type === 'rearm' ? 'rearming' : 'active'
}

/** May an evaluation still change the alert? */
export const isLive = (alert: Evaluated, at: number): boolean =>
  !['triggered', 'expired', 'off'].includes(toAlertState(alert, at))

/** When an alert can trigger next; null: now, or once it is armed again. */
export function findWakeTime(alert: Evaluated, at: number): number | null {
  const isRearming = alert.state === 'triggered' && alert.repeat.type === 'rearm'
  const times = [
    ...(isBefore(at, alert.snoozed_until) && !isRearming ? [alert.snoozed_until] : []),
    ...(isCoolingDown(alert, at) ? [alert.ready_at] : []),
  ]
  return times.length === 0 ? null : Math.max(...times.map(Number))
}

/** The side of a crossing and the all-time extreme after a value. */
function learn({ condition, side, baseline }: Evaluated, { value, extreme }: Reading, isTrigger: boolean) {
  const known = [baseline ?? value, extreme ?? value, ...(isTrigger ? [value] : [])]
  switch (condition.type) {
    case 'price':
      if (condition.direction !== 'crosses') return { side, baseline }
      return { side: value >= condition.price_usd ? ('above' as const) : ('below' as const), baseline }
    case 'all_time_high':
      return { side, baseline: Math.max(...known) }
    case 'all_time_low':
      return { side, baseline: Math.min(...known) }
    default:
      return { side, baseline }
  }
}

/**
 * The change of an alert by a value, or null. An observation that is not newer than the one of the last change is
 * ignored, so a repeated observation never triggers twice.
 */
export function step(alert: Evaluated, reading: Reading): Step | null {
  const { value, at } = reading
  const { condition, repeat, state } = alert
  if (!isLive(alert, at) || (alert.observed_at !== null && at <= alert.observed_at)) return null
  const change = (progress: Partial<Progress>, isTrigger = false): Step => ({
    progress: { state, ready_at: alert.ready_at, ...learn(alert, reading, isTrigger), observed_at: at, ...progress },
    isTrigger,
  })
  if (mustLearn(alert)) return change({})
  const { up, down } = toLevels(alert, reading.extreme)
  if (!(value >= up || value <= down)) return null
  if (state === 'triggered' && repeat.type === 'rearm') return change({ state: 'armed', ready_at: null })
  const isCrossing = condition.type === 'price' && condition.direction === 'crosses'
  if (isBefore(at, alert.snoozed_until) || isCoolingDown(alert, at)) return isCrossing ? change({}) : null
  const staysArmed = isCrossing && repeat.type === 'rearm' && repeat.margin === 0
  const ready_at = repeat.type === 'cool_down' ? at + repeat.minutes * minuteMs : null
  return change({ state: staysArmed ? 'armed' : 'triggered', ready_at }, true)
}
