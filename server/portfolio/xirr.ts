import { dayMs } from '../../contract/time.ts'

/** Money that moves: negative into the investment, positive out of it. */
export type Flow = {
  /** Ms since 1970. */
  at: number
  amount: number
}

const yearMs = 365 * dayMs
/** Bounds log rates, so that no present value overflows. */
const maxExponent = 600
const stepGrowth = 1.25
const firstStep = 0.01
const maxIterations = 200

/**
 * The annual rate r with sum(amount / (1 + r)^((at - first) / 365 days)) = 0: the money-weighted return, as XIRR of
 * spreadsheets defines it. Of several rates, the one nearest to 0. Null without a rate: all flows have the same sign or
 * the same instant, or no rate above -100% fits.
 */
export function computeXirr(flows: readonly Flow[]): number | null {
  const [first, last] = findSpan(flows)
  const isTwoSided = flows.some(({ amount }) => amount > 0) && flows.some(({ amount }) => amount < 0)
  if (!isTwoSided || last === first) return null
  const points = flows.map(({ at, amount }) => ({ years: (at - first) / yearMs, amount }))
  const span = (last - first) / yearMs
  const value = (log: number) => addUp(points.map(({ years, amount }) => amount * Math.exp(-years * log)))
  const bracket = findBracket(value, { step: firstStep / Math.max(1, span), max: maxExponent / Math.max(1, span) })
  if (bracket === null) return null
  const rate = Math.expm1(findRoot(value, bracket))
  return Number.isFinite(rate) ? rate : null
}

const findSpan = (flows: readonly Flow[]): [first: number, last: number] => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { at } of flows) {
    low = Math.min(low, at)
    high = Math.max(high, at)
  }
  return [low, high]
}

/** A compensated sum (Neumaier 1974): present values nearly cancel at the root. */
function addUp(values: readonly number[]): number {
  let [total, lost] = [0, 0]
  for (const value of values) {
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + lost
}

type Bracket = { low: number; high: number }

/** The nearest interval of log rates to 0 in which the value changes its sign, on either side. */
function findBracket(value: (log: number) => number, { step, max }: { step: number; max: number }): Bracket | null {
  const start = Math.sign(value(0))
  if (start === 0) return { low: 0, high: 0 }
  for (let [inner, width] = [0, step]; inner < max; inner += width, width *= stepGrowth) {
    const outer = Math.min(inner + width, max)
    if (Math.sign(value(inner)) !== Math.sign(value(outer))) return { low: inner, high: outer }
    if (Math.sign(value(-inner)) !== Math.sign(value(-outer))) return { low: -outer, high: -inner }
  }
  return null
}

/**
 * The sign change in a bracket: secant steps and bisection in turn, until no double lies between the ends. Bisection
 * bounds the number of rounds, the secant makes most of them short.
 */
function findRoot(value: (log: number) => number, bracket: Bracket): number {
  let { low, high } = bracket
  let [atLow, atHigh] = [value(low), value(high)]
  if (atLow === 0) return low
  if (atHigh === 0) return high
  for (let round = 0; round < maxIterations; round += 1) {
    const width = high - low
    const secant = low - (atLow * width) / (atHigh - atLow)
    const middle = low + width / 2
    const next = round % 2 === 0 && secant > low && secant < high ? secant : middle
    if (next <= low || next >= high) break
    const found = value(next)
    if (found === 0) return next
    if (Math.sign(found) === Math.sign(atLow)) [low, atLow] = [next, found]
    else [high, atHigh] = [next, found]
  }
  return Math.abs(atLow) <= Math.abs(atHigh) ? low : high
}
