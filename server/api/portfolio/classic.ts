import type { ClassicHolding } from '../../../contract/portfolio-classic.ts'
import type { Attribution } from '../../../contract/portfolio-performance.ts'
import { apportion, type Money, sum, toMoney, toNumber, zero } from '../../portfolio/money.ts'
import { type Ledger, toCoin } from './ledger.ts'
import { addUp, toPct, valueAccount } from './summary.ts'

const hundred = toMoney(100)
const pctDecimals = 8

/** The open lots of a portfolio as holdings of older clients. Lots of a pool have no own purchase, so they are by `fifo`. */
export function toHoldings(ledger: Ledger): ClassicHolding[] {
  const method = ledger.method === 'average' ? 'fifo' : ledger.method
  const { positions } = valueAccount({ ...ledger, method })
  const rows = new Map(ledger.transactions.map((row) => [row.id, row]))
  return positions.flatMap(({ coin, lots }) =>
    lots.map(({ entryId, quantity, cost }) => {
      const row = rows.get(entryId)
      const price = ledger.prices.find(coin, ledger.now)
      const value = price?.times(quantity) ?? null
      const gain = value?.minus(cost) ?? null
      const created_at = row?.created_at ?? new Date(ledger.now).toISOString()
      return {
        id: entryId,
        ...toCoin(ledger, coin),
        quantity: toNumber(quantity),
        buy_price_usd: toNumber(cost.div(quantity)),
        cost_basis_usd: toNumber(cost),
        current_price_usd: price && toNumber(price),
        current_value_usd: value && toNumber(value),
        pnl_usd: gain && toNumber(gain),
        pnl_pct: gain && toPct(gain, cost),
        notes: row?.note ?? null,
        created_at,
        updated_at: created_at,
      }
    }),
  )
}

/** What each holding adds to the unrealized return. Contributions sum to the total exactly, to 8 decimals. */
export function toAttribution(ledger: Ledger): Attribution {
  const { positions, totals } = valueAccount(ledger)
  const held = positions.flatMap(({ value, ...one }) =>
    one.quantity.gt(zero) && value !== null ? [{ ...one, value }] : [],
  )
  const all = addUp(positions, totals)
  const toShare = (part: Money) => (all.cost.gt(zero) ? part.times(hundred).div(all.cost) : zero)
  const contributions = apportion(
    held.map(({ value, cost }) => toShare(value.minus(cost))),
    pctDecimals,
  )
  const holdings = held.map(({ coin, quantity, cost, value }, index) => {
    const { coingecko_id: _, logo_url: __, ...label } = toCoin(ledger, coin)
    const kind = ledger.labels.get(coin)?.kind ?? 'coin'
    return {
      ...label,
      category: kind === 'coin' ? null : kind,
      quantity: toNumber(quantity),
      cost_basis: toNumber(cost),
      current_value: toNumber(value),
      pnl: toNumber(value.minus(cost)),
      return_pct: toPct(value.minus(cost), cost),
      weight: all.value.gt(zero) ? toNumber(value.div(all.value)) : 0,
      contribution: Number(contributions[index]),
    }
  })
  return {
    total_value: toNumber(all.value),
    total_cost_basis: toNumber(all.cost),
    total_pnl: toNumber(all.unrealized),
    total_return_pct: all.cost.gt(zero) ? toNumber(sum(contributions)) : null,
    holdings,
    sectors: toSectors(holdings),
  }
}

function toSectors(holdings: Attribution['holdings']): Attribution['sectors'] {
  const names = [...new Set(holdings.map(({ category }) => category ?? 'coin'))]
  return names.map((category) => {
    const own = holdings.filter((holding) => (holding.category ?? 'coin') === category)
    return {
      category,
      total_value: toNumber(sum(own.map(({ current_value }) => toMoney(current_value)))),
      contribution: toNumber(sum(own.map(({ contribution }) => toMoney(contribution)))),
      holding_count: own.length,
    }
  })
}

const highShare = 0.5

/** What stands out, in plain sentences. */
export function toInsights({ total_value, total_pnl, total_return_pct, holdings }: Attribution): string {
  if (holdings.length === 0) return 'No holdings yet. Add a transaction to see how it does.'
  const usd = (amount: number) => `$${Math.abs(amount).toLocaleString('en-US', { maximumFractionDigits: 2 })}`
  const pct = (value: number | null) => (value === null ? '' : ` (${value >= 0 ? '+' : ''}${value.toFixed(2)}%)`)
  const sorted = holdings.toSorted((a, b) => b.contribution - a.contribution)
  const [best] = sorted
  const worst = sorted.at(-1)
  const largest = holdings.reduce((top, one) => (one.weight > top.weight ? one : top))
  return [
    `Value ${usd(total_value)}, unrealized ${total_pnl < 0 ? 'loss' : 'profit'} ${usd(total_pnl)}${pct(total_return_pct)}.`,
    ...(largest.weight > highShare
      ? [`${largest.name} is ${(largest.weight * 100).toFixed(0)}% of the value: a concentrated portfolio.`]
      : []),
    ...(best !== undefined && worst !== undefined && best !== worst
      ? [`Best contribution: ${best.name}${pct(best.contribution)}. Worst: ${worst.name}${pct(worst.contribution)}.`]
      : []),
  ].join('\n')
}
