import { computeMean, sumSquares } from './moments.ts'
import { computePearson, isMoving, toCorrelation } from './pearson.ts'
import { dropGaps } from './returns.ts'

const wide = 4

/** Correlations of some pairs, in the order in which `countPairs` counts; NaN: none. */
export type Pairs = { correlation: Float64Array<ArrayBuffer>; observations: Int32Array<ArrayBuffer> }

/** Pairs (a, b), a < b < `count`, with a in [from, to). */
export const countPairs = (from: number, to: number, count: number): number =>
  ((to - from) * (2 * count - from - to - 1)) / 2

/**
 * Pearson correlations of many series of daily returns, over the days on which both of a pair have one, which are at
 * least `minimum`. Each series is standardised once, over its own days, to mean 0 and length 1; two with the same days
 * then correlate by their dot product, computed in blocks; two with different days by `computePearson` over what they
 * share. Holds two numbers per series and day, whatever the number of pairs.
 */
export class Correlations {
  readonly count: number
  readonly #days: number
  readonly #minimum: number
  readonly #returns: Float64Array[]
  readonly #standard: Float64Array
  readonly #moves: boolean[] = []
  readonly #lengths: Int32Array
  readonly #masks: Int32Array
  readonly #words: number
  /** Series with the same days have the same number. */
  readonly #patterns: Int32Array

  constructor(returns: Float64Array[], minimum: number) {
    this.count = returns.length
    this.#days = returns[0]?.length ?? 0
    this.#minimum = minimum
    this.#returns = returns
    this.#standard = new Float64Array((this.count + wide) * this.#days)
    this.#lengths = new Int32Array(this.count)
    this.#words = Math.ceil(this.#days / 32)
    this.#masks = new Int32Array(this.count * this.#words)
    this.#patterns = new Int32Array(this.count)
    const known = new Map<string, number>()
    for (const [index, series] of returns.entries()) {
      const days = this.#mark(index, series)
      const pattern = known.get(days) ?? known.size
      known.set(days, pattern)
      this.#patterns[index] = pattern
      this.#standardise(index, series)
    }
  }

  /** The pairs (a, b), a < b, with a in [from, to): those of the first a, then those of the next. */
  compute(from: number, to: number): Pairs {
    const size = countPairs(from, to, this.count)
    const pairs = { correlation: new Float64Array(size), observations: new Int32Array(size) }
    for (let b = from + 1; b < this.count; b += wide)
      for (let a = from; a < to && a < b + wide - 1; a += 1) this.#fill(pairs, { from, a, b })
    return pairs
  }

  /** Notes on which days a series has a return; answers them as text. */
  #mark(index: number, series: Float64Array): string {
    const mask = this.#masks.subarray(index * this.#words, (index + 1) * this.#words)
    for (const [day, value] of series.entries())
      if (!Number.isNaN(value)) {
        mask[day >> 5] = (mask[day >> 5] ?? 0) | (1 << (day & 31))
        this.#lengths[index] = (this.#lengths[index] ?? 0) + 1
      }
    return mask.join()
  }

  #standardise(index: number, series: Float64Array): void {
    const values = dropGaps(series)
    const mean = computeMean(values)
    const squares = sumSquares(values, mean)
    const length = Math.sqrt(squares)
    this.#moves.push(isMoving(squares, values.length))
    for (const [day, value] of series.entries())
      if (!Number.isNaN(value)) this.#standard[index * this.#days + day] = (value - mean) / length
  }

  /** Writes the pairs of `a` with `b` and the three after it, as far as they are pairs. */
  #fill({ correlation, observations }: Pairs, { from, a, b }: { from: number; a: number; b: number }): void {
    const dots = this.#multiply(a, b)
    const first = countPairs(from, a, this.count) - a - 1
    for (let n = 0; n < wide; n += 1) {
      const other = b + n
      if (other <= a || other >= this.count) continue
      const shared = this.#countShared(a, other)
      observations[first + other] = shared
      correlation[first + other] = shared < this.#minimum ? Number.NaN : this.#correlate(a, other, dots[n] ?? 0)
    }
  }

  #correlate(a: number, b: number, dot: number): number {
    if (this.#patterns[a] === this.#patterns[b])
      return this.#moves[a] && this.#moves[b] ? toCorrelation(dot) : Number.NaN
    return computePearson(this.#returns[a] as Float64Array, this.#returns[b] as Float64Array).correlation ?? Number.NaN
  }

  #countShared(a: number, b: number): number {
    if (this.#patterns[a] === this.#patterns[b]) return this.#lengths[a] ?? 0
    let shared = 0
    for (let word = 0; word < this.#words; word += 1)
      shared += countBits((this.#masks[a * this.#words + word] ?? 0) & (this.#masks[b * this.#words + word] ?? 0))
    return shared
  }

  /** The dot products of series `a` with `b` and the three after it, read together. */
  #multiply(a: number, b: number): [number, number, number, number] {
    const days = this.#days
    const all = this.#standard
    let p = 0
    let q = 0
    let r = 0
    let s = 0
    for (let at = a * days, end = at + days, other = b * days; at < end; at += 1, other += 1) {
      const value = all[at] as number
      p += value * (all[other] as number)
      q += value * (all[other + days] as number)
      r += value * (all[other + 2 * days] as number)
      s += value * (all[other + 3 * days] as number)
    }
    return [p, q, r, s]
  }
}

/** How many bits of a 32-bit number are set, added up in pairs, fours and bytes. */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
