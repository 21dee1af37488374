import type { Coin, CoinSortKey } from '@contract/coins.ts'
import type { ReactNode } from 'react'
import { Amount } from '@/components/ui/amount'
import { DayRange } from '@/components/ui/day-range'
import { LiveAmount } from '@/components/ui/live-amount'
import { LiveChange } from '@/components/ui/live-change'
import { LiveDistance } from '@/components/ui/live-distance'
import { LivePrice } from '@/components/ui/live-price'
import { Value } from '@/components/ui/value'
import { StarButton } from '@/components/watchlist/star-button'
import { formatCompact, formatDay, formatExact, formatPrice, unknown } from '@/lib/format'
import type { Window } from '@/lib/live-figures'
import { CoinName } from './coin-name'
import { SparklineCell } from './table-sparklines'

const noHistory = 'Not enough price history'

/** `key`: what the column sorts by. `csv`: its fields in the export. */
export type Column = {
  id: string
  key: CoinSortKey | null
  label: string
  title?: string
  /** Shows the label to screen readers only. */
  hidden?: boolean
  /** Minimum widths in px: on phones, and from 768 px on. */
  widths: readonly [phone: number, wide: number]
  /** Its part of the space that is left. */
  grow: number
  className: string
  /** Shown until the user hides it. */
  byDefault: boolean
  cell: (coin: Coin) => ReactNode
  csv: readonly (keyof Coin)[]
}

const right = 'text-right'

const change = (window: Window, key: CoinSortKey & keyof Coin, byDefault: boolean): Column => ({
  id: window,
  key,
  label: window,
  title: `${window} change`,
  widths: window === '1h' ? [60, 84] : [66, 84],
  grow: 1,
  className: right,
  byDefault,
  cell: (coin) => <LiveChange coin={coin} window={window} why={noHistory} />,
  csv: [key],
})

export const columns: readonly Column[] = [
  {
    id: 'watch',
    key: null,
    label: 'Watch',
    hidden: true,
    widths: [30, 36],
    grow: 0,
    className: 'pinned left-0 justify-center',
    byDefault: true,
    cell: (coin) => <StarButton coin={coin} />,
    csv: [],
  },
  {
    id: 'rank',
    key: 'market_cap_rank',
    label: '#',
    title: 'Rank by market cap',
    widths: [22, 40],
    grow: 0,
    className: 'px-0.5 text-right text-muted',
    byDefault: true,
    cell: (coin) => <Value text={coin.market_cap_rank?.toString() ?? unknown} />,
    csv: ['market_cap_rank'],
  },
  {
    id: 'coin',
    key: 'name',
    label: 'Coin',
    widths: [92, 168],
    grow: 8,
    className: 'pinned left-[30px] border-r border-transparent md:left-9 in-data-[scrolled]:border-line',
    byDefault: true,
    cell: (coin) => <CoinName coin={coin} />,
    csv: ['coingecko_id', 'symbol', 'name'],
  },
  {
    id: 'price',
    key: 'price_usd',
    label: 'Price',
    widths: [92, 116],
    grow: 1,
    className: 'text-right font-medium',
    byDefault: true,
    cell: (coin) => <LivePrice coin={coin} />,
    csv: ['price_usd'],
  },
  change('1h', 'price_change_1h_pct', true),
  change('24h', 'price_change_24h_pct', true),
  change('7d', 'price_change_7d_pct', true),
  change('30d', 'price_change_30d_pct', false),
  change('1y', 'price_change_1y_pct', false),
  {
    id: 'cap',
    key: 'market_cap',
    label: 'Market cap',
    widths: [84, 100],
    grow: 1,
    className: right,
    byDefault: true,
    cell: (coin) => <LiveAmount coin={coin} amount={coin.market_cap} />,
    csv: ['market_cap'],
  },
  {
    id: 'fdv',
    key: 'fully_diluted_valuation',
    label: 'FDV',
    title: 'Fully diluted valuation: price × total supply, as CoinGecko computes it',
    widths: [84, 100],
    grow: 1,
    className: right,
    byDefault: false,
    cell: (coin) => <LiveAmount coin={coin} amount={coin.fully_diluted_valuation} />,
    csv: ['fully_diluted_valuation'],
  },
  {
    id: 'volume',
    key: 'total_volume',
    label: '24h volume',
    widths: [84, 100],
    grow: 1,
    className: right,
    byDefault: true,
    cell: (coin) => <Amount usd={coin.total_volume} />,
    csv: ['total_volume'],
  },
  {
    id: 'supply',
    key: 'circulating_supply',
    label: 'Supply',
    title: 'Circulating supply',
    widths: [84, 100],
    grow: 1,
    className: right,
    byDefault: false,
    cell: ({ circulating_supply: supply }) => <Value text={formatCompact(supply)} exact={formatExact(supply)} />,
    csv: ['circulating_supply', 'total_supply', 'max_supply'],
  },
  {
    id: 'ath',
    key: 'ath',
    label: 'ATH',
    title: 'All-time high',
    widths: [92, 116],
    grow: 1,
    className: right,
    byDefault: false,
    cell: ({ ath, ath_date: at }) => (
      <Value text={formatPrice(ath)} exact={at === null ? undefined : `Reached on ${formatDay(at)}`} />
    ),
    csv: ['ath', 'ath_date'],
  },
  {
    id: 'ath_distance',
    key: 'ath_change_pct',
    label: 'From ATH',
    title: 'Distance of the price from the all-time high',
    widths: [76, 92],
    grow: 1,
    className: right,
    byDefault: false,
    cell: (coin) => <LiveDistance coin={coin} extreme={coin.ath} known={coin.ath_change_pct} />,
    csv: ['ath_change_pct'],
  },
  {
    id: 'line',
    key: null,
    label: 'Last 7 days',
    widths: [128, 148],
    grow: 0,
    className: 'text-left xl:pl-6',
    byDefault: true,
    cell: (coin) => <SparklineCell coin={coin} />,
    csv: [],
  },
  {
    id: 'range',
    key: null,
    label: '24h range',
    widths: [128, 136],
    grow: 0,
    className: 'text-left',
    byDefault: true,
    cell: (coin) => <DayRange coin={coin} />,
    csv: ['low_24h', 'high_24h'],
  },
]

const alwaysShown = ['watch', 'coin', 'price']

export const optionalColumns = columns.filter(({ id }) => !alwaysShown.includes(id))
