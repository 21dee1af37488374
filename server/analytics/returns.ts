/** `simple`: close_t / close_{t-1} - 1; `log`: ln(close_t / close_{t-1}). */
export type ReturnKind = 'simple' | 'log'

/**
 * Daily returns, simple ones by default, for each pair of adjacent days. `closes` has one value per day in order (NaN: no
 * close). A return next to such a day is NaN: no return spans a gap.
 */
export function computeReturns(closes: Float64Array, kind: ReturnKind = 'simple'): Float64Array {
  const returns = new Float64Array(Math.max(0, closes.length - 1))
  for (let day = 0; day < returns.length; day += 1) {
    const growth = (closes[day + 1] as number) / (closes[day] as number)
    returns[day] = kind === 'simple' ? growth - 1 : Math.log(growth)
  }
  return returns
}

/** The values without the NaN of gaps, in order. */
export const dropGaps = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value))
