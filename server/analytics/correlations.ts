import { computeMean, sumSquares } from './moments.ts'
import { computePearson, isMoving, toCorrelation } from './pearson.ts'
import { dropGaps } from './returns.ts'

/** Size of a block of products. Eight independent sums use the processor fully (docs/decisions/0023-analytics.md). */
const high = 2
const wide = 4

/** Correlations of pairs in the order of `countPairs`. NaN: none. */
export type Pairs = { correlation: Float64Array<ArrayBuffer>; observations: Int32Array<ArrayBuffer> }

/** Pairs (a, b), a < b < `count`, with a in [from, to). */
export const countPairs = (from: number, to: number, count: number): number =>
  ((to - from) * (2 * count - from - to - 1)) / 2

/**
 * Pearson correlations of many series of daily returns over their shared days, of which a pair needs `minimum`. Each
 * series is standardized once to mean 0 and length 1. The correlation of series with the same days is their dot product,
 * computed in blocks. Other pairs use `computePearson`. Memory: two numbers per series and day.
 */
export class Correlations {
  readonly count: number
  readonly #days: number
  readonly #minimum: number
  readonly #returns: Float64Array[]
  readonly #standard: Float64Array
  readonly #moves: Uint8Array
  readonly #lengths: Int32Array
  /** Series with the same days have the same number. */
  readonly #patterns: Int32Array

  constructor(returns: Float64Array[], minimum: number) {
    this.count = returns.length
    this.#days = returns[0]?.length ?? 0
    this.#minimum = minimum
    this.#returns = returns
    this.#standard = new Float64Array((this.count + wide) * this.#days)
    this.#moves = new Uint8Array(this.count)
    this.#lengths = new Int32Array(this.count)
    this.#patterns = new Int32Array(this.count)
    const known = new Map<string, number>()
    for (const [index, series] of returns.entries()) {
      const days = Array.from(series, (value) => (Number.isNaN(value) ? '0' : '1')).join('')
      const pattern = known.get(days) ?? known.size
      known.set(days, pattern)
      this.#patterns[index] = pattern
      this.#standardize(index, series)
    }
  }

  /** The pairs (a, b), a < b, with a in [from, to), ordered by a and then b. */
  compute(from: number, to: number): Pairs {
    const size = countPairs(from, to, this.count)
    const pairs = { correlation: new Float64Array(size), observations: new Int32Array(size) }
    const [all, days, count, into] = [this.#standard, this.#days, this.count, pairs.correlation]
    const products = new Float64Array(high * wide)
    for (let b = from + 1 - ((from + 1) % wide); b < count; b += wide)
      for (let a = from - (from % high); a < to && a < b + wide - 1; a += high) {
        const isWhole = a >= from && a + high <= to && a + high <= b && b + wide <= count
        const row = countPairs(from, a, count) + b - a - 1
        if (isWhole) multiply(all, { days, a, b, into, row, next: row + count - a - 2 })
        else {
          multiply(all, { days, a, b, into: products, row: 0, next: wide })
          this.#place(products, { from, to, a, b, into })
        }
      }
    for (let a = from; a < to; a += 1) this.#toCorrelations(pairs, a, countPairs(from, a, this.count))
    return pairs
  }

  #standardize(index: number, series: Float64Array): void {
    const values = dropGaps(series)
    this.#lengths[index] = values.length
    const mean = computeMean(values)
    const squares = sumSquares(values, mean)
    const length = Math.sqrt(squares)
    this.#moves[index] = Number(isMoving(squares, values.length))
    for (let day = 0, at = toPlace(index, this.#days); day < series.length; day += 1, at += wide)
      this.#standard[at] = Number.isNaN(series[day]) ? 0 : ((series[day] as number) - mean) / length
  }

  /** Copies the requested products of a block at the edge to their pairs. */
  #place(products: Float64Array, { from, to, a, b, into }: Block): void {
    for (let x = Math.max(a, from); x < a + high && x < to; x += 1) {
      const row = countPairs(from, x, this.count) - x - 1
      for (let y = Math.max(b, x + 1); y < b + wide && y < this.count; y += 1)
        into[row + y] = products[(x - a) * wide + y - b] as number
    }
  }

  /** Turns the dot products of `a` with each later series, starting at `row`, into correlations. */
  #toCorrelations({ correlation, observations }: Pairs, a: number, row: number): void {
    const length = this.#lengths[a] as number
    const moves = this.#moves[a] === 1 && length >= this.#minimum
    for (let b = a + 1, at = row; b < this.count; b += 1, at += 1)
      if (this.#patterns[a] === this.#patterns[b]) {
        observations[at] = length
        correlation[at] = moves && this.#moves[b] === 1 ? toCorrelation(correlation[at] as number) : Number.NaN
      } else {
        const pair = computePearson(this.#returns[a] as Float64Array, this.#returns[b] as Float64Array)
        observations[at] = pair.observations
        correlation[at] = pair.observations < this.#minimum ? Number.NaN : (pair.correlation ?? Number.NaN)
      }
  }
}

type Block = { from: number; to: number; a: number; b: number; into: Float64Array }
type Product = { days: number; a: number; b: number; into: Float64Array; row: number; next: number }

/**
 * Computes the dot products of two series, starting at `a`, with four series, starting at `b`. Writes those of the
 * first to `row` and those of the second to `next`.
 */
function multiply(all: Float64Array, { days, a, b, into, row, next }: Product): void {
  let p = 0
  let q = 0
  let r = 0
  let s = 0
  let t = 0
  let u = 0
  let v = 0
  let w = 0
  const end = (b + wide) * days
  for (let at = toPlace(a, days), other = b * days; other < end; at += wide, other += wide) {
    const x = all[at] as number
    const y = all[at + 1] as number
    const first = all[other] as number
    const second = all[other + 1] as number
    const third = all[other + 2] as number
    const fourth = all[other + 3] as number
    p += x * first
    q += x * second
    r += x * third
    s += x * fourth
    t += y * first
    u += y * second
    v += y * third
    w += y * fourth
  }
  into[row] = p
  into[row + 1] = q
  into[row + 2] = r
  into[row + 3] = s
  into[next] = t
  into[next + 1] = u
  into[next + 2] = v
  into[next + 3] = w
}

/** Index of the first day of a series. Blocks of `wide` series are interleaved: the next day is `wide` further. */
const toPlace = (index: number, days: number): number => (index - (index % wide)) * days + (index % wide)
