import type { Coin, CoinSortKey } from '@contract/coins.ts'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { DayRange } from '@/components/ui/day-range'
import { LiveAmount } from '@/components/ui/live-amount'
import { LiveChange } from '@/components/ui/live-change'
import { LivePrice } from '@/components/ui/live-price'
import { Value } from '@/components/ui/value'
import { StarButton } from '@/components/watchlist/star-button'
import { formatCompactUsd, formatExact, unknown } from '@/lib/format'
import { CoinName } from './coin-name'
import { Line } from './table-sparklines'

const tooYoung = 'The coin is younger than this'
const exact = (amount: number | null): string => (amount === null ? '' : `$${formatExact(amount)}`)

/** A column of the table. `key`: what it is sorted by. `csv`: what stands for it in the export, which may be several fields. */
export type Column = {
  id: string
  key: CoinSortKey | null
  label: string
  title?: string
  /** The label is for screen readers alone. */
  hidden?: boolean
  /** How wide it is, alike in every row, and from which width of the window on it is shown. */
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

/** The columns from left to right. */
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
    cell: (coin) => <LivePrice id={coin.coingecko_id} known={coin.price_usd} />,
    csv: ['price_usd'],
  },
  {
    id: '1h',
    key: 'price_change_1h_pct',
    label: '1 h',
    className: cn(figure, wider),
    cell: (coin) => <LiveChange coin={coin} window="1h" why={tooYoung} />,
    csv: ['price_change_1h_pct'],
  },
  {
    id: '24h',
    key: 'price_change_24h_pct',
    label: '24 h',
    className: figure,
    cell: (coin) => <LiveChange coin={coin} window="24h" why={tooYoung} />,
    csv: ['price_change_24h_pct'],
  },
  {
    id: '7d',
    key: 'price_change_7d_pct',
    label: '7 d',
    className: cn(figure, wide),
    cell: (coin) => <LiveChange coin={coin} window="7d" why={tooYoung} />,
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
    label: 'Volume, 24 h',
    className: cn(amount, wide),
    cell: (coin) => <Value text={formatCompactUsd(coin.total_volume)} exact={exact(coin.total_volume)} />,
    csv: ['total_volume'],
  },
  {
    id: 'line',
    key: null,
    label: 'Last 7 d',
    className: cn('w-34 text-left xl:pl-6', wider),
    cell: (coin) => <Line coin={coin} />,
    csv: [],
  },
  {
    id: 'range',
    key: null,
    label: 'Range, 24 h',
    className: cn('w-32 text-left', widest),
    cell: (coin) => <DayRange coin={coin} />,
    csv: ['low_24h', 'high_24h'],
  },
]

const alwaysShown = ['watch', 'coin', 'price']

/** What a reader can hide: all but the star, the coin and its price. */
export const optionalColumns = columns.filter(({ id }) => !alwaysShown.includes(id))
