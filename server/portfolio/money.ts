import createBig, { type Big, type RoundingMode } from 'big.js'

/** An exact decimal: an amount of money or a quantity of a coin. */
export type Money = Big

/** Decimals of a quotient. Sums, differences and products are exact. */
const quotientDecimals = 24
const down: RoundingMode = 0
const halfEven: RoundingMode = 2

/** The constructor of this project, so that settings of other users of the library don't change ours. */
const Decimal = createBig()
Decimal.DP = quotientDecimals
Decimal.RM = halfEven

/** Reads a decimal. A number counts with its shortest decimal form, so 0.1 is exactly 0.1. */
export const toMoney = (value: number | string): Money => new Decimal(value)

export const zero: Money = toMoney(0)

export const sum = (values: Iterable<Money>): Money => {
  let total = zero
  for (const value of values) total = total.plus(value)
  return total
}

export const min = (a: Money, b: Money): Money => (a.lt(b) ? a : b)

/** `total * part / whole`, rounded to 24 decimals; all of `total` when `part` is `whole`. */
export const share = (total: Money, part: Money, whole: Money): Money =>
  part.eq(whole) ? total : total.times(part).div(whole)

/** A decimal as the nearest double, for JSON. */
export const toNumber = (value: Money): number => Number(value.toString())

/**
 * Rounds the parts of a total to `decimals` so that they still sum to the rounded total: the largest remainders are
 * rounded up first (Hamilton's method). Parts must sum to the total.
 */
export function apportion(parts: readonly Money[], decimals: number): Money[] {
  const unit = toMoney(`1e-${decimals}`)
  const floored = parts.map((part) => {
    const cut = part.round(decimals, down)
    return cut.gt(part) ? cut.minus(unit) : cut
  })
  const total = sum(parts).round(decimals, halfEven)
  const units = Number(total.minus(sum(floored)).div(unit).toString())
  const raised = parts
    .map((part, index) => ({ index, rest: part.minus(floored[index] ?? zero) }))
    .sort((a, b) => b.rest.cmp(a.rest) || a.index - b.index)
    .slice(0, units)
  const isRaised = new Set(raised.map(({ index }) => index))
  return floored.map((part, index) => (isRaised.has(index) ? part.plus(unit) : part))
}
