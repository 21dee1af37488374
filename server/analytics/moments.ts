/** The mean of some values and their sample standard deviation. */
export type Moments = { mean: number; deviation: number }

/**
 * Arithmetic mean. Adds the rounding error of each addition at the end (Knuth 1969, 4.2.2): the mean of returns that
 * nearly cancel keeps its digits. NaN without values.
 */
export function computeMean(values: Float64Array): number {
  let sum = 0
  let lost = 0
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number
    const next = sum + value
    const added = next - sum
    lost += sum - (next - added) + (value - added)
    sum = next
  }
  return (sum + lost) / values.length
}

/** Sum of the squared distances from `mean`: the second pass of a variance. */
export function sumSquares(values: Float64Array, mean: number): number {
  let sum = 0
  for (let at = 0; at < values.length; at += 1) {
    const distance = (values[at] as number) - mean
    sum += distance * distance
  }
  return sum
}

/**
 * Mean and sample standard deviation, sqrt(sum((x - mean)²) / (n - 1)), in two passes (never by the difference of two
 * large sums; NIST StRD, NumAcc2 to 4). The deviation of fewer than two values is NaN.
 */
export function computeMoments(values: Float64Array): Moments {
  const mean = computeMean(values)
  return { mean, deviation: values.length < 2 ? Number.NaN : Math.sqrt(sumSquares(values, mean) / (values.length - 1)) }
}

/**
 * The quantile `q` (0 to 1), interpolated linearly between the two nearest values (Hyndman and Fan, type 7: the default
 * of NumPy and R). NaN without values.
 */
export function computeQuantile(values: Float64Array, q: number): number {
  const sorted = values.toSorted()
  const at = q * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}
