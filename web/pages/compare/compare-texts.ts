import type { Comparison } from '../../../contract/compare.ts'
import { rollingReturns } from '../../../contract/compare-lists.ts'
import { minAnnualizedReturns, minGrowthDays } from '../../../contract/returns.ts'
import type { Method } from '../../components/charts/method.tsx'
import { formatDay } from '../../lib/format.ts'
import type { Figure } from './compare-url-state.ts'

/** `Bitcoin, Ethereum and Solana` */
export function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

type Ends = Pick<Comparison, 'from' | 'to'> & {
  coins: readonly Pick<Comparison['coins'][number], 'name' | 'first_close' | 'last_close'>[]
}

/** Which coins shorten the common days, in sentences: those that start later than others, or end earlier. */
export function explainEnds({ from, to, coins }: Ends): string[] {
  const late = coins.filter(({ first_close }) => first_close === from)
  const early = coins.filter(({ last_close }) => last_close === to)
  const name = (some: typeof late) => joinNames(some.map((coin) => coin.name))
  return [
    ...(from !== null && late.length < coins.length ? [`Starts with the first close of ${name(late)}`] : []),
    ...(to !== null && early.length < coins.length ? [`Ends with the last close of ${name(early)}`] : []),
  ]
}

/** `365 common days, 29 Nov 2025 to 28 Nov 2026, UTC`; days between the ends that a coin lacks are told. */
export function describeDays({ from, to, days, period_days }: Comparison): string {
  if (from === null || to === null) return 'No common days'
  const count = days === period_days ? `${days}` : `${days} of ${period_days}`
  return `${count} common days, ${formatDay(from)} to ${formatDay(to)}, UTC`
}

/** Why there is no common day: the coins without a close in the range, or all. */
export function explainNoDays({ coins, vs_currency }: Pick<Comparison, 'coins' | 'vs_currency'>): string {
  const empty = coins.filter(({ first_close }) => first_close === null).map(({ name }) => name)
  if (empty.length === coins.length && vs_currency !== 'usd')
    return `No daily rate of ${vs_currency.toUpperCase()} is stored for this range. Choose USD as the currency.`
  if (empty.length === 0)
    return 'No day in this range has a close of every coin. Choose a longer range, or remove a coin.'
  const [has, it] = empty.length === 1 ? ['has', 'it'] : ['have', 'them']
  return `${joinNames(empty)} ${has} no daily close in this range. Remove ${it}, or choose a longer range.`
}

export const figureNames: Record<Figure, string> = {
  indexed: 'Price, base 100',
  price: 'Price',
  drawdown: 'Drawdown',
  volatility: `${rollingReturns}-day volatility`,
}

export const sentences: Record<Figure, string> = {
  indexed: 'Price of each coin, 100 on the first common day.',
  price: 'Closing price of each coin. A log axis shows coins of different prices together.',
  drawdown: 'Decline of each coin from its highest close so far.',
  volatility: `Annualized volatility of the last ${rollingReturns} daily returns.`,
}

const toShared = (comparison: Comparison): Method['facts'] => [
  { label: 'Days', text: `${describeDays(comparison)}. A day counts if every coin has a close` },
  { label: 'Currency', text: `${comparison.vs_currency.toUpperCase()}, at the rate of each day's end` },
]

export const toChartMethod = (comparison: Comparison): Method => ({
  about: 'Daily closes of all coins over the same closed UTC days.',
  facts: [
    { label: 'Base 100', text: 'Close ÷ first close × 100' },
    { label: 'Drawdown', text: 'Close ÷ highest close so far − 1' },
    { label: 'Volatility', text: `Sample standard deviation of the last ${rollingReturns} daily returns × √365` },
    ...toShared(comparison),
  ],
})

export const toFiguresMethod = (comparison: Comparison): Method => ({
  about: 'Computed from simple daily returns r between closes of adjacent UTC days.',
  facts: [
    { label: 'Return', text: 'Last close ÷ first close − 1' },
    { label: 'CAGR', text: `(Last close ÷ first close)^(365 ÷ days) − 1, from ${minGrowthDays} days on` },
    { label: 'Volatility', text: `Sample standard deviation of r × √365, from ${minAnnualizedReturns} returns on` },
    { label: 'Sharpe', text: '(Mean r × 365 − risk-free rate) ÷ volatility' },
    { label: 'Sortino', text: 'Sharpe with downside deviation instead of volatility' },
    { label: 'Max drawdown', text: 'Largest 1 − close ÷ earlier peak' },
    { label: 'Correlation', text: 'Pearson correlation of r' },
    ...toShared(comparison),
  ],
})
