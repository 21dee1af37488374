import { dayMs } from '../../contract/time.ts'
import { type Entry, groupByInstant } from './ledger.ts'
import { type FindPrice, Marks, type Movement } from './marks.ts'
import type { Money } from './money.ts'

/** The portfolio at the end of a UTC day, or now. */
export type DayValue = {
  /** Ms since 1970. */
  at: number
  value: Money
  /** Money in less money out so far. */
  invested: Money
  /** Growth of one unit of money since the first entry. It stands still while nothing is held. */
  index: number
  isHeld: boolean
  /** Gain by coin since the first entry. */
  gains: ReadonlyMap<number, Money>
}

export type Performance = { days: DayValue[]; movements: readonly Movement[] }

/** The ends of the UTC days from `first` on, and `now` last. Ms since 1970. */
function listDayEnds(first: number, now: number): number[] {
  const ends: number[] = []
  for (let end = Math.floor(first / dayMs) * dayMs + dayMs; end < now; end += dayMs) ends.push(end)
  return [...ends, now]
}

/**
 * The value, money moved and time-weighted growth of a ledger at the end of each UTC day from the first entry on, and
 * now. Holdings are valued at each entry and at each of these times. A point depends only on entries before its time, so
 * a later entry changes no earlier point.
 */
export function computePerformance(entries: readonly Entry[], findPrice: FindPrice, now: number): Performance {
  const groups = groupByInstant(entries.filter(({ at }) => at <= now))
  const first = groups[0]?.[0]
  if (first === undefined) return { days: [], movements: [] }
  const marks = new Marks(findPrice)
  let posted = 0
  const days = listDayEnds(first.at, now).map((end): DayValue => {
    for (let group = groups[posted]; group !== undefined && isBefore(group, end, now); group = groups[posted]) {
      marks.post(group)
      posted += 1
    }
    marks.revalue(end)
    const { value, invested, index, isHeld } = marks
    return { at: end, value, invested, index, isHeld, gains: new Map(marks.gains) }
  })
  return { days, movements: marks.movements }
}

/** An entry at midnight belongs to the day that it opens. */
const isBefore = ([entry]: Entry[], end: number, now: number): boolean =>
  entry !== undefined && (entry.at < end || end === now)
