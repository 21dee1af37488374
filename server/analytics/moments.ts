/**
 * Arithmetic mean: the mean of the values, then corrected by the mean of what is left, so that large values with small
 * differences keep their digits. NaN without values.
 */
export function computeMean(values: Float64Array): number {
  const count = values.length
  let sum = 0
  for (const value of values) sum += value
  const rough = sum / count
  let rest = 0
  for (const value of values) rest += value - rough
  return rough + rest / count
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
