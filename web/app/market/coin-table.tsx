import type { Coin, CoinListQuery, CoinSortKey } from '@contract/coins.ts'
import type { ReactNode } from 'react'
import { Sparkline } from '@/components/charts/sparkline'
import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { CoinIcon } from '@/components/ui/coin-icon'
import { DayRange } from '@/components/ui/day-range'
import { IntentLink } from '@/components/ui/intent-link'
import { LivePrice } from '@/components/ui/live-price'
import { Skeleton } from '@/components/ui/states'
import { Value } from '@/components/ui/value'
import { StarButton } from '@/components/watchlist/star-button'
import { coinHref } from '@/lib/coin'
import { formatCompactUsd, toDirection, unknown } from '@/lib/format'

const tooYoung = 'The coin is younger than this'

type Column = {
  key: CoinSortKey | null
  label: string
  title?: string
  /** The label is for screen readers alone. */
  hidden?: boolean
  className: string
  cell: (coin: Coin, sparklines: ReadonlyMap<number, number[]>) => ReactNode
}

const wide = 'hidden lg:table-cell'
const widest = 'hidden xl:table-cell'
const middle = 'hidden md:table-cell'

const columns: readonly Column[] = [
  {
    key: null,
    label: 'Watch',
    hidden: true,
    className: 'w-8 md:w-10',
    cell: (coin) => <StarButton coin={coin} />,
  },
  {
    key: 'market_cap_rank',
    label: '#',
    title: 'Rank by market cap',
    className: 'w-8 text-right text-muted md:w-10',
    cell: (coin) => <Value text={coin.market_cap_rank?.toString() ?? unknown} />,
  },
  { key: 'name', label: 'Coin', className: 'text-left', cell: (coin) => <Name coin={coin} /> },
  {
    key: 'price_usd',
    label: 'Price',
    className: 'text-right font-medium',
    cell: (coin) => <LivePrice id={coin.coingecko_id} known={coin.price_usd} />,
  },
  {
    key: 'price_change_1h_pct',
    label: '1 h',
    className: cn('text-right', middle),
    cell: (coin) => <Change pct={coin.price_change_1h_pct} why={tooYoung} />,
  },
  {
    key: 'price_change_24h_pct',
    label: '24 h',
    className: 'text-right',
    cell: (coin) => <Change pct={coin.price_change_24h_pct} why={tooYoung} />,
  },
  {
    key: 'price_change_7d_pct',
    label: '7 d',
    className: cn('text-right', middle),
    cell: (coin) => <Change pct={coin.price_change_7d_pct} why={tooYoung} />,
  },
  {
    key: 'market_cap',
    label: 'Market cap',
    className: cn('text-right', middle),
    cell: (coin) => <Value text={formatCompactUsd(coin.market_cap)} />,
  },
  {
    key: 'total_volume',
    label: 'Volume, 24 h',
    className: cn('text-right', wide),
    cell: (coin) => <Value text={formatCompactUsd(coin.total_volume)} />,
  },
  {
    key: null,
    label: 'Last 7 d',
    className: cn('w-32 text-left', widest),
    cell: (coin, sparklines) => (
      <Sparkline
        prices={sparklines.get(coin.id) ?? []}
        label={`${coin.name}, price over the last 7 days`}
        direction={toDirection(coin.price_change_7d_pct)}
        className="ml-4"
      />
    ),
  },
  {
    key: null,
    label: 'Range, 24 h',
    className: cn('w-36 text-left', wide),
    cell: (coin) => <DayRange coin={coin} />,
  },
]

function Name({ coin }: { coin: Coin }) {
  return (
    <IntentLink
      href={coinHref(coin)}
      className="inline-flex min-w-0 items-center gap-2.5 align-middle hover:text-accent"
    >
      <CoinIcon coin={coin} />
      <span className="max-w-26 truncate font-medium sm:max-w-56">{coin.name}</span>
      <span className="hidden text-[12px] text-faint uppercase sm:inline">{coin.symbol}</span>
    </IntentLink>
  )
}

const ariaSort = { asc: 'ascending', desc: 'descending' } as const

type TableProps = {
  coins: Coin[]
  sparklines: ReadonlyMap<number, number[]>
  query: CoinListQuery
  busy: boolean
  onSort: (key: CoinSortKey) => void
}

export function CoinTable({ coins, sparklines, query, busy, onSort }: TableProps) {
  return (
    <table
      className={cn('num w-full border-collapse text-[12px] md:text-[13px]', busy && 'opacity-60')}
      aria-busy={busy}
    >
      <thead className="sticky top-12 z-10 bg-surface">
        <tr>
          {columns.map(({ key, label, title, hidden, className }) => (
            <th
              key={label}
              scope="col"
              title={title}
              aria-sort={key === query.sort_by ? ariaSort[query.sort_dir] : undefined}
              className={cn(
                'h-9 border-b border-line px-1.5 text-[12px] font-medium first:pl-2 last:pr-3 md:px-2',
                className,
                'text-muted',
              )}
            >
              {key === null ? (
                <span className={cn(hidden && 'sr-only')}>{label}</span>
              ) : (
                <button
                  type="button"
                  onClick={() => onSort(key)}
                  className="relative whitespace-nowrap hover:text-text"
                >
                  {label}
                  {key === query.sort_by && (
                    <span
                      aria-hidden
                      className={cn('absolute top-0 text-[8px]', key === 'name' ? 'left-full ml-1' : 'right-full mr-1')}
                    >
                      {query.sort_dir === 'asc' ? '▲' : '▼'}
                    </span>
                  )}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {coins.map((coin) => (
          <tr key={coin.id} className="border-b border-line last:border-0 hover:bg-raised">
            {columns.map(({ label, className, cell }) => (
              <td key={label} className={cn('h-9 px-1.5 whitespace-nowrap first:pl-2 last:pr-3 md:px-2', className)}>
                {cell(coin, sparklines)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const skeletonRows = Array.from({ length: 18 }, (_, row) => row)

export function TableSkeleton() {
  return (
    <div className="grid gap-4 p-4" role="status" aria-label="Loading">
      {skeletonRows.map((row) => (
        <Skeleton key={row} className="h-5" />
      ))}
    </div>
  )
}
