import type { Coin, CoinSortKey } from '@contract/coins.ts'
import type { ReactNode } from 'react'
import { Amount } from '@/components/ui/amount'
import { cn } from '@/components/ui/cn'
import { DayRange } from '@/components/ui/day-range'
import { LiveAmount } from '@/components/ui/live-amount'
import { LiveChange } from '@/components/ui/live-change'
import { LivePrice } from '@/components/ui/live-price'
import { Value } from '@/components/ui/value'
import { StarButton } from '@/components/watchlist/star-button'
import { unknown } from '@/lib/format'
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
  /** Width, and the breakpoint from which the column is shown. */
  className: string
  cell: (coin: Coin) => ReactNode
  csv: readonly (keyof Coin)[]
}

const middle = 'hidden md:block'
const wide = 'hidden lg:block'
const wider = 'hidden xl:block'
const widest = 'hidden min-[1400px]:block'
const figure = 'grow basis-20 text-right'
const amount = 'grow basis-24 text-right'

export const columns: readonly Column[] = [
  {
    id: 'watch',
    key: null,
    label: 'Watch',
    hidden: true,
    className: 'w-8 md:w-10',
    cell: (coin) => <StarButton coin={coin} />,
    csv: [],
  },
  {
    id: 'rank',
    key: 'market_cap_rank',
    label: '#',
    title: 'Rank by market cap',
    className: 'w-8 text-right text-muted max-[389px]:hidden md:w-10',
    cell: (coin) => <Value text={coin.market_cap_rank?.toString() ?? unknown} />,
    csv: ['market_cap_rank'],
  },
  {
    id: 'coin',
    key: 'name',
    label: 'Coin',
    className: 'grow-[99] basis-12 text-left md:grow-[8] md:basis-36',
    cell: (coin) => <CoinName coin={coin} />,
    csv: ['coingecko_id', 'symbol', 'name'],
  },
  {
    id: 'price',
    key: 'price_usd',
    label: 'Price',
    className: 'flex grow basis-27 justify-end font-medium md:basis-28',
    cell: (coin) => <LivePrice coin={coin} />,
    csv: ['price_usd'],
  },
  {
    id: '1h',
    key: 'price_change_1h_pct',
    label: '1h',
    title: '1h change',
    className: cn(figure, wider),
    cell: (coin) => <LiveChange coin={coin} window="1h" why={noHistory} />,
    csv: ['price_change_1h_pct'],
  },
  {
    id: '24h',
    key: 'price_change_24h_pct',
    label: '24h',
    title: '24h change',
    className: figure,
    cell: (coin) => <LiveChange coin={coin} window="24h" why={noHistory} />,
    csv: ['price_change_24h_pct'],
  },
  {
    id: '7d',
    key: 'price_change_7d_pct',
    label: '7d',
    title: '7d change',
    className: cn(figure, wide),
    cell: (coin) => <LiveChange coin={coin} window="7d" why={noHistory} />,
    csv: ['price_change_7d_pct'],
  },
  {
    id: 'cap',
    key: 'market_cap',
    label: 'Market cap',
    className: cn(amount, middle),
    cell: (coin) => <LiveAmount coin={coin} amount={coin.market_cap} />,
    csv: ['market_cap'],
  },
  {
    id: 'volume',
    key: 'total_volume',
    label: '24h volume',
    className: cn(amount, wide),
    cell: (coin) => <Amount usd={coin.total_volume} />,
    csv: ['total_volume'],
  },
  {
    id: 'line',
    key: null,
    label: 'Last 7 days',
    className: cn('w-34 text-left xl:pl-6', wider),
    cell: (coin) => <SparklineCell coin={coin} />,
    csv: [],
  },
  {
    id: 'range',
    key: null,
    label: '24h range',
    className: cn('w-32 text-left', widest),
    cell: (coin) => <DayRange coin={coin} />,
    csv: ['low_24h', 'high_24h'],
  },
]

const alwaysShown = ['watch', 'coin', 'price']

export const optionalColumns = columns.filter(({ id }) => !alwaysShown.includes(id))
