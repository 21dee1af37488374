import type { AlertState, AlertType } from '@contract/alert-lists.ts'
import type { Alert, Repeat } from '@contract/alerts.ts'
import { BellOff, BellRing, CheckCircle2, CircleSlash, Clock, type LucideIcon, RotateCcw } from 'lucide-react'
import type { Status } from '@/components/ui/status-word'

/** Types by group, as the form lists them. */
export const typeGroups: readonly { label: string; types: readonly (readonly [AlertType, string])[] }[] = [
  {
    label: 'Coin',
    types: [
      ['price', 'Price'],
      ['change', 'Price change'],
      ['all_time_high', 'New all-time high'],
      ['all_time_low', 'New all-time low'],
      ['volume', 'Unusual volume'],
      ['moving_average', 'Distance from moving average'],
      ['rsi', 'RSI (14 days)'],
    ],
  },
  { label: 'Portfolio', types: [['portfolio', 'Portfolio value or profit']] },
  {
    label: 'Operation',
    types: [
      ['job', 'Job failing or late'],
      ['incident', 'Incident open'],
      ['data_age', 'Data too old'],
      ['feed', 'Price source down'],
    ],
  },
]

const states: Record<AlertState, [word: string, icon: LucideIcon, tone: Status['tone']]> = {
  active: ['Active', BellRing, 'busy'],
  snoozed: ['Snoozed', BellOff, 'quiet'],
  cooling_down: ['Cooling down', Clock, 'quiet'],
  rearming: ['Re-arming', RotateCcw, 'quiet'],
  triggered: ['Triggered', CheckCircle2, 'quiet'],
  expired: ['Expired', Clock, 'quiet'],
  off: ['Off', CircleSlash, 'quiet'],
}

const explain: Partial<Record<AlertState, string>> = {
  cooling_down: 'Triggered. Can trigger again after the cool-down.',
  rearming: 'Triggered. Can trigger again once the condition was false by the margin.',
  triggered: 'Triggered once and ended. Turn it on to arm it again.',
}

export function toStatus({ state }: Alert): Status {
  const [word, icon, tone] = states[state]
  return { word, icon, tone, ...(explain[state] === undefined ? {} : { title: explain[state] }) }
}

const ended: readonly AlertState[] = ['triggered', 'expired', 'off']
export const hasEnded = ({ state }: Pick<Alert, 'state'>): boolean => ended.includes(state)

/** Cool-downs of the form, in minutes. */
export const coolDowns: readonly (readonly [number, string])[] = [
  [5, '5 minutes'],
  [15, '15 minutes'],
  [60, '1 hour'],
  [240, '4 hours'],
  [1440, '1 day'],
  [10_080, '1 week'],
]

const toMinutes = (minutes: number): string =>
  coolDowns.find(([known]) => known === minutes)?.[1] ?? `${minutes} minutes`

/** The unit of a margin; null for conditions without one. */
export function toMarginUnit(type: AlertType): string | null {
  if (type === 'portfolio') return 'USD'
  if (type === 'data_age') return 'minutes'
  if (type === 'job' || type === 'incident' || type === 'feed') return null
  return type === 'change' || type === 'moving_average' || type === 'rsi' ? 'points' : '%'
}

export function toRepeatText(repeat: Repeat, type: AlertType): string {
  if (repeat.type === 'once') return 'Once'
  if (repeat.type === 'cool_down') return `At most every ${toMinutes(repeat.minutes)}`
  const unit = toMarginUnit(type)
  if (unit === null || repeat.margin === 0) return 'Each time it becomes true'
  if (unit === '%') return `Re-arms by ${repeat.margin}%`
  return `Re-arms by ${repeat.margin} ${repeat.margin === 1 ? unit.replace(/s$/, '') : unit}`
}

/** Snoozes of the menu, in hours. */
export const snoozes: readonly (readonly [number, string])[] = [
  [1, '1 hour'],
  [8, '8 hours'],
  [24, '1 day'],
  [168, '1 week'],
]
