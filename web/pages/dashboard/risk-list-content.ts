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

/** The five coins with the highest values, highest first. Coins without a value are left out. */
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
        text: `Top ${riskQuery.top_n} by market cap, excluding stablecoins, wrapped and staked coins`,
      },
      {
        label: 'Observations',
        text: coins.length === 0 ? 'Too few' : `${coins.map((coin) => coin.observations).join(', ')} daily returns`,
      },
      {
        label: 'As of',
        text: coins[0]?.as_of == null ? 'Not computed yet' : `Close of ${formatDay(coins[0].as_of)}, UTC`,
      },
      { label: 'Source', text: 'Daily closes (fact_daily_ohlcv)' },
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
        label: 'Daily returns',
        field: 'observations',
        value: ({ observations }) => observations,
        text: ({ observations }) => String(observations),
        numeric: true,
      },
    ],
    items: coins,
    toKey: ({ coin_id }) => String(coin_id),
  })

const scope = `last ${riskQuery.period_days} closed days, top ${riskQuery.top_n} coins by market cap`

export const riskLists: readonly RiskList[] = [
  {
    key: 'volatility_annualized',
    title: 'Most volatile',
    sentence: `Highest annualized volatility, ${scope}.`,
    legend: 'Annualized volatility. Bar: relative to the highest.',
    fileName: 'most-volatile',
    toMethod: toMethod('Sample standard deviation of simple daily returns × √365.'),
    toTable: toTable('Most volatile coins', 'Annualized volatility', 'volatility_annualized'),
  },
  {
    key: 'max_drawdown',
    title: 'Largest drawdowns',
    sentence: `Largest peak-to-trough declines, ${scope}.`,
    legend: 'Max drawdown. Bar: relative to the largest.',
    fileName: 'biggest-drawdowns',
    toMethod: toMethod('Largest decline of the daily close from an earlier peak within the period.'),
    toTable: toTable('Largest drawdowns', 'Max drawdown', 'max_drawdown'),
  },
]
