import type { Movement } from './marks.ts'
import { type Money, zero } from './money.ts'

/**
 * The value over time if the same money had bought and sold one asset at the same instants. `findPrice`: its price at or
 * before an instant; null where unknown. Money that moved before the first price is left out. Null before that price.
 */
export function computeBenchmark(
  movements: readonly Movement[],
  times: readonly number[],
  findPrice: (at: number) => Money | null,
): (Money | null)[] {
  let units = zero
  let moved = 0
  return times.map((time) => {
    for (let next = movements[moved]; next !== undefined && next.at <= time; next = movements[moved]) {
      const price = findPrice(next.at)
      if (price !== null) units = units.plus(next.amount.div(price))
      moved += 1
    }
    const price = findPrice(time)
    return price === null ? null : units.times(price)
  })
}
