import type { CorrelationMatrix, VolatilityRanking } from '@contract/analytics.ts'
import type { ChartTable, Column } from '@/components/charts/chart-table'
import {
  formatCompactUsd,
  formatCorrelation,
  formatExact,
  formatFraction,
  formatRatio,
  formatSignedFraction,
  unknown,
} from '@/lib/format'
import { listPairs, type Pair } from './coin-pairs'
import type { Rank, RankedCoin } from './coin-ranks'

const count = (value: number): string => formatExact(value)

/** Every pair of coins once. */
export function toPairTable(matrix: CorrelationMatrix | undefined): ChartTable<Pair> {
  const text = (of: readonly string[] | undefined, place: number) => of?.[place] ?? ''
  const coin = (label: string, field: string, list: readonly string[] | undefined, at: 'row' | 'column') => ({
    label,
    field,
    value: (pair: Pair) => text(list, pair[at]),
    text: (pair: Pair) => text(list, pair[at]),
  })
  return {
    caption: `Correlations of ${matrix?.ids.length ?? 0} coins, ${matrix?.period_days ?? 0} days`,
    columns: [
      coin('Coin', 'coin_a', matrix?.names, 'column'),
      coin('Other coin', 'coin_b', matrix?.names, 'row'),
      {
        label: 'Correlation',
        field: 'correlation',
        value: ({ value }) => value,
        text: ({ value }) => (value === null ? unknown : formatCorrelation(value)),
        numeric: true,
      },
      {
        label: 'Daily returns',
        field: 'observations',
        value: ({ observations }) => observations,
        text: ({ observations }) => count(observations),
        numeric: true,
      },
    ],
    items: matrix === undefined ? [] : listPairs(matrix),
    toKey: ({ row, column }) => `${row}-${column}`,
  }
}

type Figure<T> = {
  label: string
  field: string
  value: (item: T) => number | null
  text: (value: number | null) => string
}

const figure = <T>({ value, text, ...names }: Figure<T>): Column<T> => ({
  ...names,
  value,
  text: (item) => text(value(item)),
  numeric: true,
})

const names: readonly Column<RankedCoin>[] = [
  { label: 'Coin', field: 'name', value: ({ name }) => name, text: ({ name }) => name },
  { label: 'Symbol', field: 'symbol', value: ({ symbol }) => symbol, text: ({ symbol }) => symbol.toUpperCase() },
]

const observations = figure<RankedCoin>({
  label: 'Daily returns',
  field: 'observations',
  value: (coin) => coin.observations,
  text: (value) => (value === null ? unknown : count(value)),
})

/** Risk and return of each coin. */
export const toScatterTable = (coins: VolatilityRanking, period: number): ChartTable<RankedCoin> => ({
  caption: `Risk and return of ${coins.length} coins, ${period} days`,
  columns: [
    ...names,
    figure({
      label: 'Daily volatility',
      field: 'volatility',
      value: (coin) => coin.volatility,
      text: (value) => formatFraction(value, 2),
    }),
    figure({
      label: 'Annualized volatility',
      field: 'volatility_annualized',
      value: (coin) => coin.volatility_annualized,
      text: (value) => formatFraction(value, 1),
    }),
    figure({
      label: 'Return',
      field: 'period_return',
      value: (coin) => coin.period_return,
      text: (value) => formatSignedFraction(value, 1),
    }),
    figure({
      label: 'CAGR',
      field: 'cagr',
      value: (coin) => coin.cagr,
      text: (value) => formatSignedFraction(value, 1),
    }),
    figure({ label: 'Sharpe ratio', field: 'sharpe_ratio', value: (coin) => coin.sharpe_ratio, text: formatRatio }),
    figure({ label: 'Market cap', field: 'market_cap_usd', value: (coin) => coin.market_cap, text: formatCompactUsd }),
    observations,
  ],
  items: coins,
  toKey: ({ coin_id }) => String(coin_id),
})

type RankColumn = { caption: string; label: string; field: string; tier: string; toText: (value: number) => string }

/** The coins of a ranking in its order. */
export function toRankTable(
  ranks: readonly Rank[],
  { caption, label, field, tier, toText }: RankColumn,
): ChartTable<Rank> {
  const of = (column: Column<RankedCoin>): Column<Rank> => ({
    ...column,
    value: ({ coin }) => column.value(coin),
    text: ({ coin }) => column.text(coin),
  })
  return {
    caption,
    columns: [
      figure({
        label: '#',
        field: 'place',
        value: ({ place }) => place,
        text: (value) => (value === null ? unknown : count(value)),
      }),
      ...names.map(of),
      figure({
        label,
        field,
        value: ({ value }) => value,
        text: (value) => (value === null ? unknown : toText(value)),
      }),
      {
        label: tier,
        field: tier.toLowerCase(),
        value: (rank) => rank.tier?.word ?? null,
        text: (rank) => rank.tier?.word ?? unknown,
      },
      of(observations),
    ],
    items: ranks,
    toKey: ({ coin }) => String(coin.coin_id),
  }
}
