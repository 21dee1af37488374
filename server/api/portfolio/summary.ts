import type { LotList, PortfolioSummary, PositionView } from '../../../contract/portfolios.ts'
import { type Account, computeAccount } from '../../portfolio/accounting.ts'
import { apportion, type Money, sum, toMoney, toNumber, zero } from '../../portfolio/money.ts'
import { toCurrencyPart } from './in-currency.ts'
import { type Ledger, toCoin } from './ledger.ts'

type Position = Account['positions'][number]
type Valued = Position & { value: Money | null }
type ValuedAccount = Omit<Account, 'positions'> & { positions: Valued[] }

const weightDecimals = 4
const hundred = toMoney(100)
const maxDisposals = 1000

/** `part` in percent of `whole`; null when the whole is not above 0. */
export const toPct = (part: Money, whole: Money): number | null =>
  whole.gt(zero) ? toNumber(part.div(whole).times(hundred)) : null

/** The account of a ledger with the present value of each position; null without a price. */
export function valueAccount({ entries, method, prices, now }: Ledger): ValuedAccount {
  const account = computeAccount(
    entries.filter(({ at }) => at <= now),
    method,
  )
  const positions = account.positions.map((position): Valued => {
    const price = prices.find(position.coin, now)
    const isSold = position.quantity.eq(zero)
    return { ...position, value: isSold ? zero : (price?.times(position.quantity) ?? null) }
  })
  return { disposals: account.disposals, totals: account.totals, positions }
}

function toWeights(positions: Valued[]): (number | null)[] {
  const total = sum(positions.map(({ value }) => value ?? zero))
  if (!total.gt(zero)) return positions.map(() => null)
  const shares = positions.map(({ value }) => (value ?? zero).times(hundred).div(total))
  return apportion(shares, weightDecimals).map((weight, index) =>
    positions[index]?.value === null ? null : toNumber(weight),
  )
}

function toView(ledger: Ledger, position: Valued, weight_pct: number | null): PositionView {
  const { coin, quantity, cost, value, realized, income, fees, expenses } = position
  const latest = ledger.prices.latest.get(coin)
  const unrealized = value?.minus(cost) ?? null
  const profit = unrealized?.plus(realized).plus(income).minus(expenses) ?? null
  return {
    ...toCoin(ledger, coin),
    quantity: toNumber(quantity),
    cost_usd: toNumber(cost),
    average_cost_usd: quantity.gt(zero) ? toNumber(cost.div(quantity)) : null,
    price_usd: ledger.prices.findNumber(coin, ledger.now),
    price_change_24h_pct: latest?.price_change_24h_pct ?? null,
    value_usd: value && toNumber(value),
    unrealized_usd: unrealized && toNumber(unrealized),
    unrealized_pct: unrealized && toPct(unrealized, cost),
    realized_usd: toNumber(realized),
    income_usd: toNumber(income),
    fees_usd: toNumber(fees),
    profit_usd: profit && toNumber(profit),
    weight_pct,
  }
}

/** The sums of the priced positions, exact until they are read. */
export function addUp(positions: readonly Valued[], totals: Account['totals']) {
  const priced = positions.flatMap(({ value, cost }) => (value === null ? [] : [{ value, cost }]))
  const value = sum(priced.map((one) => one.value))
  const cost = sum(priced.map((one) => one.cost))
  const unrealized = value.minus(cost)
  const profit = unrealized.plus(totals.realized).plus(totals.income).minus(totals.expenses)
  return { value, cost, unrealized, profit }
}

function listWarnings(ledger: Ledger, { positions, disposals }: ValuedAccount): string[] {
  const nameOf = (coin: number) => toCoin(ledger, coin).symbol.toUpperCase()
  const unpriced = positions.filter(({ value }) => value === null).map(({ coin }) => nameOf(coin))
  const uncovered = disposals.filter((disposal) => disposal.uncovered.gt(zero))
  const coins = [...new Set(uncovered.map(({ coin }) => nameOf(coin)))]
  return [
    ...(unpriced.length === 0
      ? []
      : [`No price for ${unpriced.join(', ')}: left out of value, cost and unrealized profit.`]),
    ...(uncovered.length === 0
      ? []
      : [
          `${uncovered.length} ${uncovered.length === 1 ? 'disposal' : 'disposals'} of ${coins.join(', ')} exceed what was held; ` +
            'the excess counts with a cost of 0. Add the missing purchases or transfers.',
        ]),
  ]
}

/** Holdings and profit of a portfolio. */
export function toSummary(ledger: Ledger): PortfolioSummary {
  const account = valueAccount(ledger)
  const byValue = account.positions.toSorted((a, b) => (b.value ?? zero).cmp(a.value ?? zero) || a.coin - b.coin)
  const weights = toWeights(byValue)
  const { value, cost, unrealized, profit } = addUp(account.positions, account.totals)
  const { realized, income, fees } = account.totals
  return {
    ...toCurrencyPart(ledger),
    id: ledger.portfolio.id,
    name: ledger.portfolio.name,
    cost_method: ledger.method,
    as_of: ledger.prices.asOf,
    totals: {
      value_usd: toNumber(value),
      cost_usd: toNumber(cost),
      unrealized_usd: toNumber(unrealized),
      unrealized_pct: toPct(unrealized, cost),
      realized_usd: toNumber(realized),
      income_usd: toNumber(income),
      fees_usd: toNumber(fees),
      profit_usd: toNumber(profit),
    },
    positions: byValue.map((position, index) => toView(ledger, position, weights[index] ?? null)),
    warnings: listWarnings(ledger, account),
  }
}

const toInstant = (ms: number): string => new Date(ms).toISOString()

const toLot = ({ entryId, acquiredAt, quantity, cost }: Position['lots'][number]) => ({
  transaction_id: entryId,
  acquired_at: toInstant(acquiredAt),
  quantity: toNumber(quantity),
  cost_usd: toNumber(cost),
})

/** Open lots and disposals of a portfolio. */
export function toLots(ledger: Ledger): LotList {
  const { positions, disposals } = valueAccount(ledger)
  return {
    ...toCurrencyPart(ledger),
    cost_method: ledger.method,
    lots: positions.flatMap(({ coin, lots }) => lots.map((lot) => ({ ...toCoin(ledger, coin), ...toLot(lot) }))),
    disposals: disposals
      .slice(-maxDisposals)
      .reverse()
      .map(({ coin, entryId, at, reason, quantity, proceeds, cost, gain, uncovered, lots }) => ({
        ...toCoin(ledger, coin),
        transaction_id: entryId,
        at: toInstant(at),
        reason,
        quantity: toNumber(quantity),
        proceeds_usd: toNumber(proceeds),
        cost_usd: toNumber(cost),
        gain_usd: toNumber(gain),
        uncovered_quantity: toNumber(uncovered),
        lots: lots.map(toLot),
      })),
  }
}
