import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CostMethod, costMethods } from '../../contract/portfolio-lists.ts'
import { coinNumber, readLedger, toSymbol } from '../../test/ledger.ts'
import { type Account, computeAccount } from './accounting.ts'
import { sum, toMoney } from './money.ts'
import { otherCases } from './other-cases.ts'
import { tradeCases } from './trade-cases.ts'

/** The figures of an account in the form of a case. */
function describe({ positions, disposals, totals }: Account) {
  const held = positions.filter(({ quantity }) => quantity.gt(0))
  const uncovered = disposals.filter((disposal) => disposal.uncovered.gt(0))
  return {
    held: held
      .map(({ coin, quantity, cost }) => `${quantity.toFixed()} ${toSymbol(coin)} cost ${cost.toFixed()}`)
      .sort()
      .join(', '),
    realized: totals.realized.toFixed(),
    income: totals.income.toFixed(),
    fees: totals.fees.toFixed(),
    expenses: totals.expenses.toFixed(),
    in: totals.contributed.toFixed(),
    out: totals.withdrawn.toFixed(),
    uncovered: uncovered.map((one) => `${one.uncovered.toFixed()} ${toSymbol(one.coin)}`).join(', '),
  }
}

const none = { held: '', realized: '0', income: '0', fees: '0', expenses: '0', in: '0', out: '0', uncovered: '' }

for (const { name, ledger, same, ...byMethod } of [...tradeCases, ...otherCases])
  test(`accounts for ${name}`, () => {
    for (const method of costMethods) {
      const expected = { ...same, ...byMethod[method] }
      assert.deepEqual(describe(computeAccount(readLedger(...ledger), method)), { ...none, ...expected }, method)
    }
  })

const lotsOf = (method: CostMethod, ...ledger: string[]): string[] =>
  computeAccount(readLedger(...ledger), method).positions.flatMap(({ lots }) =>
    lots.map(({ entryId, quantity, cost }) => `${entryId}: ${quantity.toFixed()} cost ${cost.toFixed()}`),
  )

const threeLots = ['1 buy 1 BTC for 100', '2 buy 1 BTC for 160', '3 buy 2 BTC for 300', '4 sell 1.5 BTC for 300']

test('keeps the open lots with the entries that acquired them', () => {
  assert.deepEqual(lotsOf('fifo', ...threeLots), ['2: 0.5 cost 80', '3: 2 cost 300'])
  assert.deepEqual(lotsOf('lifo', ...threeLots), ['1: 1 cost 100', '2: 1 cost 160', '3: 0.5 cost 75'])
  assert.deepEqual(lotsOf('hifo', ...threeLots), ['1: 1 cost 100', '3: 1.5 cost 225'])
  assert.deepEqual(lotsOf('average', ...threeLots), ['1: 2.5 cost 350'])
  const equal = ['1 buy 2 BTC for 200', '2 buy 1 BTC for 100', '3 sell 2 BTC for 500']
  assert.deepEqual(lotsOf('hifo', ...equal), ['2: 1 cost 100'], 'of equal unit costs the oldest')
})

test('tells of each disposal from which lots it came', () => {
  const { disposals } = computeAccount(
    readLedger(
      '1 buy 1 BTC for 100',
      '2 buy 1 BTC for 160',
      '5 sell 1 BTC for 170',
      '5 sell 0.5 BTC for 100 fee 0.1 BTC worth 20',
      '6 transfer_out 0.4 BTC for 99',
    ),
    'fifo',
  )
  const told = disposals.map(({ entryId, reason, quantity, cost, gain, lots }) => [
    `${entryId} ${reason} ${quantity.toFixed()}: cost ${cost.toFixed()}, gain ${gain.toFixed()}`,
    lots.map((lot) => `${lot.entryId}: ${lot.quantity.toFixed()}`).join(', '),
  ])
  assert.deepEqual(told, [
    ['3 sell 1: cost 100, gain 70', '1: 1'],
    ['4 sell 0.5: cost 80, gain 0', '2: 0.5'],
    ['4 fee 0.1: cost 16, gain 4', '2: 0.1'],
    ['5 transfer_out 0.4: cost 64, gain 0', '2: 0.4'],
  ])
})

test('values four holdings as worked by hand', () => {
  const { positions, totals } = computeAccount(
    readLedger('1 buy 3.5 BNB for 1820', '1 buy 2500 XRP for 1300', '1 buy 8 ETH for 16800', '1 buy 0.5 BTC for 21000'),
    'fifo',
  )
  const prices: Record<number, string> = {
    [coinNumber('BNB')]: '597.45',
    [coinNumber('XRP')]: '1.30',
    [coinNumber('ETH')]: '1872.69',
    [coinNumber('BTC')]: '64130',
  }
  const value = sum(positions.map(({ coin, quantity }) => quantity.times(toMoney(prices[coin] ?? '0'))))
  const gain = value.minus(totals.cost)
  assert.deepEqual(
    [value.toFixed(), totals.cost.toFixed(2), gain.toFixed(), gain.div(totals.cost).times(100).toFixed(2)],
    ['52387.595', '40920.00', '11467.595', '28.02'],
  )
})
