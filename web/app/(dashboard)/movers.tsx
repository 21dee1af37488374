import type { Mover } from '@contract/market.ts'
import { Change } from '@/components/ui/change'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { LivePrice } from '@/components/ui/live-price'
import { Skeleton } from '@/components/ui/states'
import { StarButton } from '@/components/watchlist/star-button'
import { coinHref } from '@/lib/coin'

const rows = [1, 2, 3, 4, 5]

/** The five biggest moves one way over 24 h. */
export function Movers({ title, empty, coins }: { title: string; empty: string; coins: Mover[] | undefined }) {
  return (
    <section className="panel flex flex-col">
      <h2 className="flex h-11 items-center justify-between border-b border-line px-4 text-[14px] font-semibold">
        {title}
        <span className="text-[12px] font-normal text-faint">24 h</span>
      </h2>
      {coins === undefined && (
        <div className="grid gap-3 p-4">
          {rows.map((row) => (
            <Skeleton key={row} className="h-5" />
          ))}
        </div>
      )}
      {coins?.length === 0 && <p className="p-4 text-[13px] text-muted">{empty}</p>}
      <ol className="flex flex-1 flex-col divide-y divide-line">
        {coins?.map((coin) => (
          <li key={coin.id} className="flex max-h-14 flex-1 items-center hover:bg-raised">
            <StarButton coin={coin} className="ml-2" />
            <IntentLink
              href={coinHref(coin)}
              className="grid min-h-11 flex-1 grid-cols-[1fr_auto_76px] items-center gap-3 self-stretch pr-4 pl-1 text-[13px]"
            >
              <span className="flex min-w-0 items-center gap-2.5">
                <CoinIcon coin={coin} />
                <span className="truncate font-medium">{coin.name}</span>
                <span className="text-faint uppercase">{coin.symbol}</span>
              </span>
              <LivePrice id={coin.coingecko_id} known={coin.price_usd} />
              <Change pct={coin.price_change_24h_pct} className="text-right" />
            </IntentLink>
          </li>
        ))}
      </ol>
    </section>
  )
}
