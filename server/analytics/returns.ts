/**
 * Simple daily returns, r_t = close_t / close_{t-1} - 1, one for each pair of adjacent days. `closes` has one value per
 * day in order, NaN for a day without; a return next to such a day is NaN, so a gap is never taken for one day.
 */
export function computeReturns(closes: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, closes.length - 1))
  for (let day = 0; day < returns.length; day += 1)
    returns[day] = (closes[day + 1] as number) / (closes[day] as number) - 1
  return returns
}

/** The values that are there, in their order, without the NaN of gaps; the array itself when there are none. */
export function dropGaps(values: Float64Array): Float64Array {
  const gap = values.findIndex(Number.isNaN)
  if (gap === -1) return values
  const there = values.slice()
  let count = gap
  for (let at = gap; at < values.length; at += 1) {
    there[count] = values[at] as number
    if (!Number.isNaN(values[at])) count += 1
  }
  return there.subarray(0, count)
}
