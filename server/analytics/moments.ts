import { Scratch } from './scratch.ts'

const scratch = new Scratch()

/** The mean of some values and their sample standard deviation. */
export type Moments = { mean: number; deviation: number }

/**
 * Arithmetic mean. What each addition rounds off is kept and added at the end (Knuth 1969, 4.2.2), so that the mean of
 * returns that nearly cancel keeps its digits. NaN without values.
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

/** Sum of the squared distances from `mean`: the second pass of every variance here. */
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
 * The value below which the share `q` (0 to 1) of the values lies, interpolated linearly between the two nearest
 * (Hyndman and Fan, type 7: the default of NumPy and R). NaN without values.
 */
export function computeQuantile(values: Float64Array, q: number): number {
  const at = q * (values.length - 1)
  const parted = scratch.take(values.length)
  parted.set(values)
  const place = Math.floor(at)
  part(parted, place)
  const below = parted[place] ?? Number.NaN
  if (place === at) return below
  let above = Number.POSITIVE_INFINITY
  for (let next = place + 1; next < parted.length; next += 1) above = Math.min(above, parted[next] as number)
  return below + (above - below) * (at - place)
}

/** Moves values until the one at `place` is the one that sorting would put there, none after it is less (Hoare 1961). */
function part(values: Float64Array, place: number): void {
  let [from, to] = [0, values.length - 1]
  while (from < to) {
    const pivot = choosePivot(values, from, to, place)
    let low = from
    let high = to
    while (low <= high) {
      while ((values[low] as number) < pivot) low += 1
      while ((values[high] as number) > pivot) high -= 1
      if (low > high) break
      const value = values[low] as number
      values[low] = values[high] as number
      values[high] = value
      low += 1
      high -= 1
    }
    if (place <= high) to = high
    else if (place >= low) from = low
    else return
  }
}

/** The middle value of a range, or the most extreme of five when `place` is near an end: what is parted off is then small. */
function choosePivot(values: Float64Array, from: number, to: number, place: number): number {
  const share = (place - from) / (to - from)
  const at = (quarter: number) => values[from + (((to - from) * quarter) >> 2)] as number
  if (share > 0.2 && share < 0.8) return at(2)
  return share < 0.5 ? Math.min(at(0), at(1), at(2), at(3), at(4)) : Math.max(at(0), at(1), at(2), at(3), at(4))
}
