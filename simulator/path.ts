import { normal, normals, uniform } from './hash.ts'

/** The start of every path: 2018-01-01, in s. */
export const pathStart = Date.UTC(2018, 0, 1) / 1000
const span = 2 ** 29
const fatTails = { from: 3600, to: 30 * 86_400 }
const calmFrom = 2 ** 23
const calm = 0.3
const tailWeight = 0.8
const yearSeconds = 31_557_600
const remembered = [2 ** 18, 2 ** 12]

type Interval = { low: number; high: number; valueLow: number; valueHigh: number }

/**
 * A Brownian path over 17 years with a resolution of 1 s and unit variance per year. Each value is a pure function of
 * key and second, computed by midpoint displacement with hashed displacements.
 */
export class Path {
  readonly #key: number
  readonly #root: Interval
  readonly #near: (Interval | undefined)[] = []

  constructor(key: number) {
    this.#key = key
    this.#root = {
      low: 0,
      high: span,
      valueLow: 0,
      valueHigh: calm * normal(key, span) * Math.sqrt(span / yearSeconds),
    }
  }

  at(second: number): number {
    const target = second - pathStart
    let { low, high, valueLow, valueHigh } = this.#startFor(target)
    while (target > low && high - low > 1) {
      const length = high - low
      const level = remembered.indexOf(length)
      if (level >= 0) this.#near[level] = { low, high, valueLow, valueHigh }
      const middle = (low + high) / 2
      const value = (valueLow + valueHigh) / 2 + this.#displacement(middle, length)
      if (target < middle) {
        high = middle
        valueHigh = value
      } else {
        low = middle
        valueLow = value
      }
    }
    return valueLow
  }

  /** The smallest cached interval that contains the target. */
  #startFor(target: number): Interval {
    for (let level = remembered.length - 1; level >= 0; level -= 1) {
      const interval = this.#near[level]
      if (interval !== undefined && interval.low <= target && target < interval.high) return interval
    }
    return this.#root
  }

  #displacement(middle: number, length: number): number {
    const drawn = normals(this.#key, middle)
    return ((drawn[0] ?? 0) * toScale(length, drawn[1] ?? 0) * Math.sqrt(length / yearSeconds)) / 2
  }
}

/** Moves over an hour to a month have fat tails. Moves over months and years are damped to keep prices realistic. */
function toScale(length: number, drawn: number): number {
  if (length >= calmFrom) return calm
  return length >= fatTails.from && length <= fatTails.to ? Math.exp(tailWeight * drawn - tailWeight ** 2) : 1
}

const waves = [86_400, 3600, 120]

/** Mean-reverting noise in about [-1, 1]: the deviation of a peg. A pure function of key and second. */
export function ripple(key: number, second: number): number {
  let sum = 0
  for (const period of waves) {
    const step = Math.floor(second / period)
    const part = second / period - step
    const ease = part * part * (3 - 2 * part)
    const from = uniform(key, step, period)
    sum += from + (uniform(key, step + 1, period) - from) * ease - 0.5
  }
  return (2 * sum) / waves.length
}
