import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { computeXirr, type Flow } from './xirr.ts'

const dayMs = 86_400_000

/** Flows given as `day amount, day amount`. */
const read = (text: string): Flow[] =>
  text.split(', ').map((one) => {
    const [day = '', amount = ''] = one.split(' ')
    return { at: Number(day) * dayMs, amount: Number(amount) }
  })

const scale = 10n ** 60n
const toFixed = (value: number): bigint => BigInt(Math.round(value * 1e6)) * (scale / 10n ** 6n)

function toPower(base: bigint, exponent: number): bigint {
  let [result, square] = [scale, base]
  for (let left = exponent; left > 0; left >>= 1) {
    if (left % 2 === 1) result = (result * square) / scale
    square = (square * square) / scale
  }
  return result
}

/**
 * The rate by another method: bisection with 60 decimals on the daily factor v = (1 + r)^(-1/365), of which the value of
 * flows at whole days is a polynomial. For one change of sign.
 */
function solve(flows: Flow[]): number {
  const value = (v: bigint) =>
    flows.reduce((total, { at, amount }) => total + (toFixed(amount) * toPower(v, at / dayMs)) / scale, 0n)
  let [low, high] = [scale / 100n, 100n * scale]
  const isPositive = value(low) > 0n
  for (let round = 0; round < 160; round += 1) {
    const middle = (low + high) / 2n
    if (value(middle) > 0n === isPositive) low = middle
    else high = middle
  }
  const growth = (scale * scale) / toPower(low, 365)
  return Number(growth - scale) / Number(scale)
}

const isNear = (actual: number | null, expected: number, what: string): void =>
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= 1e-10 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} is not ${expected}`,
  )

const cases: [name: string, flows: string, rate: number][] = [
  ['one year', '0 -100, 365 110', 0.1],
  ['two years', '0 -100, 730 121', 0.1],
  ['half a year', '0 -100, 182.5 110', 1.1 ** 2 - 1],
  ['no gain', '0 -100, 365 100', 0],
  ['a loss of half', '0 -100, 365 50', -0.5],
  ['nearly everything lost', '0 -100, 365 0.0001', -0.999999],
  ['a gain of a thousandfold', '0 -1, 365 1000', 999],
  ['one day', '0 -100, 1 101', 1.01 ** 365 - 1],
  ['one hour', `0 -100, ${1 / 24} 100.01`, 1.0001 ** (24 * 365) - 1],
  ['a leap year', '0 -100, 366 110', 1.1 ** (365 / 366) - 1],
  ['income each year', '0 -100, 365 10, 730 110', 0.1],
  ['money added on the last day', '0 -100, 365 -50, 365 160', 0.1],
  ['money taken out on the first day', '0 -100, 0 50, 365 55', 0.1],
  ['money added in the middle', '0 -100, 365 -100, 730 231', 0.1],
  ['money taken out first and paid back', '0 100, 365 -110', 0.1],
  ['flows that are not listed by time', '730 121, 0 -100', 0.1],
  ['large amounts', '0 -1000000000000, 365 1100000000000', 0.1],
  ['small amounts', '0 -0.000001, 3650 0.000002', 2 ** 0.1 - 1],
  ['two rates, of which the nearer to 0', '0 -100, 365 230, 730 -132', 0.1],
]

for (const [name, flows, rate] of cases) test(`the rate of ${name}`, () => isNear(computeXirr(read(flows)), rate, name))

test('agrees with the published example and an independent solver', () => {
  const days = ['2008-01-01', '2008-03-01', '2008-10-30', '2009-02-15', '2009-04-01']
  const amounts = [-10_000, 2750, 4250, 3250, 2750]
  const first = Date.parse(days[0] ?? '')
  const flows = days.map((day, index) => ({ at: Date.parse(day) - first, amount: amounts[index] ?? 0 }))
  const rate = computeXirr(flows)
  isNear(rate, solve(flows), 'by bisection')
  // The documentation of Excel prints 0.373362535, which it reaches within its own tolerance of 1e-8.
  assert.ok(Math.abs((rate ?? 0) - 0.373362535) < 1e-8)
})

test('agrees with an independent solver on random flows', () => {
  const day = fc.integer({ min: 1, max: 2000 })
  const amount = fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100)
  const inflows = fc.array(fc.record({ day, amount }), { minLength: 1, maxLength: 12 })
  const outflows = fc.array(fc.record({ day, amount }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(inflows, outflows, fc.nat({ max: 400 }), (into, out, gap) => {
      const end = Math.max(...into.map((one) => one.day)) + gap
      const flows = [
        ...into.map((one) => ({ at: one.day * dayMs, amount: -one.amount })),
        ...out.map((one) => ({ at: (end + one.day) * dayMs, amount: one.amount })),
      ]
      const start = Math.min(...flows.map(({ at }) => at))
      isNear(computeXirr(flows), solve(flows.map(({ at, amount }) => ({ at: at - start, amount }))), 'random')
    }),
    { numRuns: 40 },
  )
})

test('there is no rate without money both in and out over time', () => {
  for (const flows of ['0 -100', '0 -100, 365 -10', '0 100, 365 10', '3 -100, 3 110', '0 0, 365 0'])
    assert.equal(computeXirr(read(flows)), null, flows)
  assert.equal(computeXirr([]), null)
  assert.equal(computeXirr(read('0 -100, 0.00001 200')), null, 'a rate beyond doubles')
})
