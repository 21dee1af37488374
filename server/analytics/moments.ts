/**
 * Arithmetic mean. What each addition rounds off is kept and added at the end (Neumaier 1974), so that the mean of
 * returns that nearly cancel keeps its digits. NaN without values.
 */
export function computeMean(values: Float64Array): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return (sum + lost) / values.length
}

/** Sum of the squared distances from `mean`: the second pass of every variance here. */
export function sumSquares(values: Float64Array, mean: number): number {
  let sum = 0
  for (const value of values) sum += (value - mean) * (value - mean)
  return sum
}

/**
 * Sample standard deviation, sqrt(sum((x - mean)²) / (n - 1)), in two passes (never by the difference of two large
 * sums; NIST StRD, NumAcc2 to 4). NaN with fewer than two values.
 */
export const computeDeviation = (values: Float64Array): number =>
  values.length < 2 ? Number.NaN : Math.sqrt(sumSquares(values, computeMean(values)) / (values.length - 1))

/**
 * The value below which the share `q` (0 to 1) of the values lies, interpolated linearly between the two nearest
 * (Hyndman and Fan, type 7: the default of NumPy and R). NaN without values.
 */
export function computeQuantile(values: Float64Array, q: number): number {
  const sorted = values.slice().sort()
  const at = q * (sorted.length - 1)
  const [below = Number.NaN, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return below + (above - below) * (at - Math.floor(at))
}
