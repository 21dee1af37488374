import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { costMethods, transactionTypes } from '../../contract/portfolio-lists.ts'
import { dayOf } from '../../test/ledger.ts'
import { computeAccount, type Figures } from './accounting.ts'
import type { Entry } from './ledger.ts'
import { apportion, type Money, sum, toMoney, zero } from './money.ts'
import { computePerformance } from './performance.ts'
import { computePeriod } from './period.ts'

/** `LEDGERS=100000` gives a longer run. */
const numRuns = Number(process.env.LEDGERS ?? 300)
const days = 12
const coins = [1, 2, 3]

const decimal = (max: number, decimals: number) =>
  fc.integer({ min: 0, max }).map((units) => toMoney(units).div(10 ** decimals))
const quantity = decimal(400, 2).map((value) => value.plus(toMoney('0.01')))
const instant = fc.integer({ min: 0, max: days * 4 }).map((quarter) => dayOf(1 + quarter / 4))
const fee = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  fc.record({ coin: fc.constantFrom(null, ...coins), quantity: decimal(30, 3), value: decimal(999, 2) }),
)
const entry = fc.record({
  at: instant,
  type: fc.constantFrom('buy' as const, ...transactionTypes),
  coin: fc.constantFrom(...coins),
  quantity,
  value: decimal(99_999, 3),
  fee,
})
const ledgers = fc
  .array(entry, { maxLength: 40 })
  .map((entries) => entries.map((one, index): Entry => ({ ...one, id: index + 1 })))
const prices = fc.array(decimal(9999, 2), { minLength: days * coins.length, maxLength: days * coins.length })

const findIn = (drawn: Money[]) => (coin: number, at: number) => {
  const price = drawn[(coin - 1) * days + Math.floor((at - dayOf(1)) / 86_400_000)]
  return price === undefined || price.eq(zero) ? null : price
}

const equal = (a: Money, b: Money, what: string): void => assert.equal(a.toFixed(), b.toFixed(), what)

const profitOf = ({ realized, cost, income, expenses }: Figures, value: Money): Money =>
  realized.plus(value).minus(cost).plus(income).minus(expenses)

test('parts sum to totals exactly over random ledgers', () => {
  fc.assert(
    fc.property(ledgers, prices, (entries, drawn) => {
      for (const method of costMethods) {
        const { positions, disposals, totals } = computeAccount(entries, method)
        equal(sum(disposals.map(({ gain }) => gain)), totals.realized, 'gains')
        const received = entries.filter(({ type }) => type === 'staking_reward' || type === 'airdrop')
        equal(sum(received.map(({ value }) => value)), totals.income, 'income')
        for (const position of [
          ...positions.map((one) => ({ ...one })),
          { ...totals, coin: 0, quantity: zero, lots: null },
        ]) {
          const { coin, lots, quantity: held, cost, contributed, withdrawn } = position
          if (lots !== null) equal(sum(lots.map((lot) => lot.quantity)), held, `quantity of ${coin}`)
          if (lots !== null) equal(sum(lots.map((lot) => lot.cost)), cost, `cost of ${coin}`)
          const value = toMoney(777)
          equal(profitOf(position, value), value.plus(withdrawn).minus(contributed), `profit of ${coin}, ${method}`)
        }
        for (const one of disposals) {
          equal(sum(one.lots.map((lot) => lot.cost)), one.cost, 'cost of a disposal')
          equal(sum(one.lots.map((lot) => lot.quantity)).plus(one.uncovered), one.quantity, 'units of a disposal')
        }
      }
      const performance = computePerformance(entries, findIn(drawn), dayOf(days + 1))
      for (const from of [null, dayOf(4), dayOf(8.5)]) {
        const period = computePeriod(performance, from)
        if (period === null) continue
        equal(
          sum(period.gains.map(({ gain }) => gain)),
          period.endValue.minus(period.startValue).minus(period.moved),
          'gains',
        )
      }
      for (const { value, invested, gains } of performance.days)
        equal(sum(gains.values()), value.minus(invested), 'a day')
    }),
    { numRuns },
  )
})

test('the quantities held are the same by every method and in the history', () => {
  fc.assert(
    fc.property(ledgers, prices, (entries, drawn) => {
      const held = costMethods.map((method) =>
        computeAccount(entries, method).positions.map((one) => `${one.coin} ${one.quantity.toFixed()}`),
      )
      for (const one of held) assert.deepEqual(one, held[0])
      const end = dayOf(days)
      const { days: history } = computePerformance(entries, findIn(drawn), end)
      const known = computeAccount(
        entries.filter(({ at }) => at <= end),
        'fifo',
      ).positions
      const worth = sum(known.map((one) => one.quantity.times(findIn(drawn)(one.coin, end) ?? zero)))
      const isPriced = known.every((one) => one.quantity.eq(zero) || findIn(drawn)(one.coin, end) !== null)
      if (history.length > 0 && isPriced) equal(history.at(-1)?.value ?? zero, worth, 'value')
    }),
    { numRuns: Math.ceil(numRuns / 3) },
  )
})

test('a later entry changes no past value', () => {
  fc.assert(
    fc.property(ledgers, prices, entry, (entries, drawn, added) => {
      const now = dayOf(days + 1)
      const before = computePerformance(entries, findIn(drawn), now).days
      const after = computePerformance([...entries, { ...added, id: 999 }], findIn(drawn), now).days
      const past = (all: typeof before) =>
        all
          .filter(({ at }) => at <= added.at && at < now)
          .map(({ at, value, invested, index }) => [at, value.toFixed(), invested.toFixed(), index])
      const kept = past(before)
      if (kept.length > 0) assert.deepEqual(past(after), kept)
    }),
    { numRuns: Math.ceil(numRuns / 3) },
  )
})

test('rounded parts sum to the rounded total', () => {
  const amount = fc.integer({ min: -1e9, max: 1e9 }).map((units) => toMoney(units).div(7))
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 20 }), fc.integer({ min: 0, max: 8 }), (parts, decimals) => {
      const rounded = apportion(parts, decimals)
      equal(sum(rounded), sum(parts).round(decimals, 2), 'sum')
      for (const [at, part] of rounded.entries())
        assert.ok(
          part
            .minus(parts[at] ?? zero)
            .abs()
            .lte(toMoney(`1e-${decimals}`)),
        )
    }),
  )
})
