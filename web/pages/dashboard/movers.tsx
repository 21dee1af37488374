import type { Mover } from '@contract/market.ts'
import { Sparkline } from '@/components/charts/sparkline'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { LiveChange } from '@/components/ui/live-change'
import { LivePrice } from '@/components/ui/live-price'
import { Skeleton } from '@/components/ui/states'
import { StarButton } from '@/components/watchlist/star-button'
import { coinHref } from '@/lib/links'
import { useLiveFigures } from '@/lib/live-figures'
import { rankMovers } from './rank-movers'

const rows = [1, 2, 3, 4, 5]

type MoversProps = {
  title: string
  direction: 'up' | 'down'
  empty: string
  coins: Mover[] | undefined
  sparklines: ReadonlyMap<number, number[]>
}

function Row({ coin, prices }: { coin: Mover; prices: readonly number[] }) {
  return (
    <IntentLink
      href={coinHref(coin)}
      className="flex min-h-11 min-w-0 flex-1 items-center gap-3 self-stretch pr-4 pl-1 text-[13px] leading-4"
    >
      <span className="flex min-w-0 flex-1 items-center gap-2.5">
        <CoinIcon coin={coin} />
        <span className="flex min-w-0 flex-col gap-0.5">
          <span className="truncate font-medium">{coin.name}</span>
          <span className="truncate text-[12px] text-faint uppercase">{coin.symbol}</span>
        </span>
      </span>
      <Sparkline
        prices={prices}
        label={`${coin.name}, price over the last 7 days`}
        direction="flat"
        width={72}
        className="hidden shrink-0 @min-[330px]:block"
      />
      <span className="flex w-22 shrink-0 flex-col items-end gap-0.5">
        <LivePrice coin={coin} />
        <LiveChange coin={coin} window="24h" />
      </span>
    </IntentLink>
  )
}

const none: Mover[] = []

/** The top gainers or losers of the last snapshot, sorted by their live 24h change. */
export function Movers({ title, direction, empty, coins, sparklines }: MoversProps) {
  const ranked = useLiveFigures(coins ?? none, (toPrice) => rankMovers(coins ?? none, direction, toPrice).join())
  const shown = ranked.split(',').flatMap((id) => coins?.find((coin) => String(coin.id) === id) ?? [])
  return (
    <section className="panel @container flex flex-col" aria-label={title}>
      <h2 className="flex h-11 shrink-0 items-center justify-between border-b border-line px-4 text-[14px] font-semibold">
        {title}
        <span className="text-[12px] font-normal text-faint">
          <span className="mr-9 hidden @min-[330px]:inline">7d</span> Price, 24h
        </span>
      </h2>
      {coins === undefined && (
        <div className="grid gap-3 p-4">
          {rows.map((row) => (
            <Skeleton key={row} className="h-5" />
          ))}
        </div>
      )}
      {coins !== undefined && shown.length === 0 && <p className="p-4 text-[13px] text-muted">{empty}</p>}
      <ol className="flex flex-1 flex-col divide-y divide-line">
        {shown.map((coin) => (
          <li key={coin.id} className="flex max-h-16 flex-1 items-center hover:bg-raised">
            <StarButton coin={coin} className="ml-2" />
            <Row coin={coin} prices={sparklines.get(coin.id) ?? []} />
          </li>
        ))}
      </ol>
    </section>
  )
}
