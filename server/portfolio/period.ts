import { type Money, sum, toNumber, zero } from './money.ts'
import type { DayValue, Performance } from './performance.ts'
import { computeXirr } from './xirr.ts'

/** A part of the history: after the point at `from`, up to the one at `to` (ms since 1970). */
export type Period = {
  from: number
  to: number
  startValue: Money
  endValue: Money
  /** Money in less money out. */
  moved: Money
  /** endValue - startValue - moved. */
  gain: Money
  /** The gain by coin; the sum is `gain` exactly. */
  gains: { coin: number; gain: Money }[]
  /** Time-weighted return, a fraction; null when nothing was held. */
  timeWeighted: number | null
  /** Money-weighted return a year (XIRR), a fraction; null when there is none. */
  moneyWeighted: number | null
}

const empty: Pick<DayValue, 'value' | 'invested' | 'gains'> = { value: zero, invested: zero, gains: new Map() }

/** The figures of a period. `from` null: since the first entry. Null without a point in it. */
export function computePeriod({ days, movements }: Performance, from: number | null): Period | null {
  const last = days.at(-1)
  if (last === undefined) return null
  const start = from === null ? undefined : days.findLast(({ at }) => at <= from)
  const before = start ?? empty
  const begin = start?.at ?? movements[0]?.at ?? last.at
  const gains = [...last.gains]
    .map(([coin, gain]) => ({ coin, gain: gain.minus(before.gains.get(coin) ?? zero) }))
    .sort((a, b) => b.gain.cmp(a.gain) || a.coin - b.coin)
  const inside = movements.filter(({ at }) => start === undefined || at >= start.at)
  const isHeld = start?.isHeld === true || inside.length > 0 || last.isHeld
  const flows = [
    ...(start === undefined ? [] : [{ at: begin, amount: -toNumber(start.value) }]),
    ...inside.map(({ at, amount }) => ({ at, amount: -toNumber(amount) })),
    { at: last.at, amount: toNumber(last.value) },
  ]
  return {
    from: begin,
    to: last.at,
    startValue: before.value,
    endValue: last.value,
    moved: last.invested.minus(before.invested),
    gain: sum(gains.map(({ gain }) => gain)),
    gains,
    timeWeighted: isHeld ? last.index / (start?.index ?? 1) - 1 : null,
    moneyWeighted: computeXirr(flows.filter(({ amount }) => amount !== 0)),
  }
}
