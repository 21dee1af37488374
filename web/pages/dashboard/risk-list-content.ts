import type { VolatilityRanking } from '@contract/analytics.ts'
import type { ChartTable } from '@/components/charts/chart-table'
import type { Method } from '@/components/charts/method'
import { formatDay, formatFraction } from '@/lib/format'
import { riskQuery } from './dashboard-queries'

const count = 5

export type RiskCoin = VolatilityRanking[number]
type Key = 'volatility_annualized' | 'max_drawdown'

export type RiskList = {
  key: Key
  title: string
  sentence: string
  legend: string
  fileName: string
  toMethod: (coins: readonly RiskCoin[]) => Method
  toTable: (coins: readonly RiskCoin[]) => ChartTable<RiskCoin>
}

/** The five coins with the most of it, the most first; coins with too little data are left out. */
export const rankBy = (ranking: VolatilityRanking, key: Key): RiskCoin[] =>
  ranking
    .filter((coin) => coin[key] !== null)
    .sort((a, b) => (b[key] ?? 0) - (a[key] ?? 0))
    .slice(0, count)

const toMethod =
  (about: string) =>
  (coins: readonly RiskCoin[]): Method => ({
    about,
    facts: [
      { label: 'Period', text: `${riskQuery.period_days} closed UTC days` },
      {
        label: 'Coins',
        text: `the ${riskQuery.top_n} largest by market cap, without stablecoins and wrapped or staked coins`,
      },
      {
        label: 'Observations',
        text: coins.length === 0 ? 'too few' : coins.map((coin) => coin.observations).join(', '),
      },
      {
        label: 'As of',
        text: coins[0]?.as_of == null ? 'not computed yet' : `the close of ${formatDay(coins[0].as_of)}`,
      },
      { label: 'Source', text: 'daily closes of the warehouse' },
    ],
  })

const toTable =
  (caption: string, label: string, key: Key) =>
  (coins: readonly RiskCoin[]): ChartTable<RiskCoin> => ({
    caption,
    columns: [
      { label: 'Coin', field: 'name', value: ({ name }) => name, text: ({ name }) => name },
      { label: 'Symbol', field: 'symbol', value: ({ symbol }) => symbol, text: ({ symbol }) => symbol.toUpperCase() },
      { label, field: key, value: (coin) => coin[key], text: (coin) => formatFraction(coin[key], 1), numeric: true },
      {
        label: 'Days',
        field: 'observations',
        value: ({ observations }) => observations,
        text: ({ observations }) => String(observations),
        numeric: true,
      },
    ],
    items: coins,
    toKey: ({ coin_id }) => String(coin_id),
  })

const scope = `among the ${riskQuery.top_n} largest coins`

export const riskLists: readonly RiskList[] = [
  {
    key: 'volatility_annualized',
    title: 'Most volatile',
    sentence: `Whose price swings most from day to day over ${riskQuery.period_days} days, ${scope}.`,
    legend: 'Annualized volatility. Bar: relative to the highest.',
    fileName: 'most-volatile',
    toMethod: toMethod('Sample standard deviation of the simple daily returns, times the square root of 365.'),
    toTable: toTable('The most volatile coins', 'Annualized volatility', 'volatility_annualized'),
  },
  {
    key: 'max_drawdown',
    title: 'Biggest drawdowns',
    sentence: `How far the price fell at worst from a peak within ${riskQuery.period_days} days, ${scope}.`,
    legend: 'Figure: the fall from the peak. Bar: against the deepest here.',
    fileName: 'biggest-drawdowns',
    toMethod: toMethod('The largest fall of the daily close from the highest close before it within the period.'),
    toTable: toTable('The biggest drawdowns', 'Max drawdown', 'max_drawdown'),
  },
]
