import { computeMean, sumSquares } from './moments.ts'
import { computePearson, isMoving, toCorrelation } from './pearson.ts'
import { dropGaps } from './returns.ts'

/** Series per block. Two blocks of 365 returns fit in a second-level cache of 512 kB. */
const blockSize = 64

/** Correlations of some pairs, in the order of `countPairs`. NaN: no correlation. */
export type Pairs = { correlation: Float64Array<ArrayBuffer>; observations: Int32Array<ArrayBuffer> }

/** The number of pairs (a, b) with a in [from, to) and a < b < `count`. */
export const countPairs = (from: number, to: number, count: number): number =>
  ((to - from) * (2 * count - from - to - 1)) / 2

/**
 * Pearson correlations of daily return series of equal length. NaN marks a day without a return. A pair is compared
 * over the days that both series have, and needs `minimum` of them.
 *
 * Each series is standardized once to mean 0 and length 1 over its own days. The correlation of two series with the
 * same days is then a dot product. Pairs with different days go through `computePearson`.
 */
export class Correlations {
  readonly count: number
  readonly #days: number
  readonly #minimum: number
  readonly #returns: Float64Array[]
  /** Standardized returns, series by series, 0 on days without a return. */
  readonly #standard: Float64Array
  readonly #moves: boolean[] = []
  readonly #observations: number[] = []
  /** Series with returns on the same days share a number. */
  readonly #patterns: number[] = []

  constructor(returns: Float64Array[], minimum: number) {
    this.count = returns.length
    this.#days = returns[0]?.length ?? 0
    this.#minimum = minimum
    this.#returns = returns
    this.#standard = new Float64Array(this.count * this.#days)
    const known = new Map<string, number>()
    for (const [index, series] of returns.entries()) {
      this.#standardize(index, series)
      const pattern = Array.from(series, (value) => (Number.isNaN(value) ? '0' : '1')).join('')
      if (!known.has(pattern)) known.set(pattern, known.size)
      this.#patterns.push(known.get(pattern) ?? 0)
    }
  }

  /** The pairs (a, b) with a in [from, to) and a < b, ordered by a, then b. */
  compute(from: number, to: number): Pairs {
    const size = countPairs(from, to, this.count)
    const pairs = { correlation: new Float64Array(size), observations: new Int32Array(size) }
    for (let first = from + 1; first < this.count; first += blockSize) {
      const end = Math.min(first + blockSize, this.count)
      for (let a = from; a < Math.min(to, end - 1); a += 1)
        this.#compare(pairs, { a, from: Math.max(first, a + 1), end, row: countPairs(from, a, this.count) - a - 1 })
    }
    return pairs
  }

  #standardize(index: number, series: Float64Array): void {
    const values = dropGaps(series)
    const mean = computeMean(values)
    const squares = sumSquares(values, mean)
    const length = Math.sqrt(squares)
    this.#observations.push(values.length)
    this.#moves.push(isMoving(squares, values.length))
    for (const [day, value] of series.entries())
      this.#standard[index * this.#days + day] = Number.isNaN(value) ? 0 : (value - mean) / length
  }

  /** Compares `a` with each series in [from, end). The result for series b goes to `row + b`. */
  #compare(
    { correlation, observations }: Pairs,
    { a, from, end, row }: Record<'a' | 'from' | 'end' | 'row', number>,
  ): void {
    const length = this.#observations[a] ?? 0
    const isComparable = this.#moves[a] === true && length >= this.#minimum
    for (let b = from; b < end; b += 1)
      if (this.#patterns[a] === this.#patterns[b]) {
        observations[row + b] = length
        const isKnown = isComparable && this.#moves[b] === true
        correlation[row + b] = isKnown ? toCorrelation(this.#multiply(a, b)) : Number.NaN
      } else {
        const pair = computePearson(this.#returns[a] as Float64Array, this.#returns[b] as Float64Array)
        observations[row + b] = pair.observations
        correlation[row + b] = pair.observations < this.#minimum ? Number.NaN : (pair.correlation ?? Number.NaN)
      }
  }

  #multiply(a: number, b: number): number {
    const [standard, days] = [this.#standard, this.#days]
    const [x, y] = [a * days, b * days]
    let sum = 0
    for (let day = 0; day < days; day += 1) sum += (standard[x + day] as number) * (standard[y + day] as number)
    return sum
  }
}
