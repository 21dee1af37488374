/**
 * Simple daily returns, r_t = close_t / close_{t-1} - 1, one for each pair of adjacent days. `closes` has one value per
 * day in order, NaN for a day without; a return next to such a day is NaN, so a gap is never taken for one day. They are
 * put into `returns`, a new array unless one of that length is given.
 */
export function computeReturns(
  closes: Float64Array,
  returns: Float64Array = new Float64Array(Math.max(0, closes.length - 1)),
): Float64Array {
  for (let day = 0; day < returns.length; day += 1)
    returns[day] = (closes[day + 1] as number) / (closes[day] as number) - 1
  return returns
}

/** The values that are there, in their order, without the NaN of gaps; the array itself when there are none. */
export function dropGaps(values: Float64Array): Float64Array {
  let count = 0
  while (count < values.length && !Number.isNaN(values[count])) count += 1
  if (count === values.length) return values
  const there = values.slice()
  for (let at = count; at < values.length; at += 1) {
    there[count] = values[at] as number
    if (!Number.isNaN(values[at])) count += 1
  }
  return there.subarray(0, count)
}
