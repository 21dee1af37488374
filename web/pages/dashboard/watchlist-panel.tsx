import type { CoinListQuery } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { LiveChange } from '@/components/ui/live-change'
import { LivePrice } from '@/components/ui/live-price'
import { Skeleton } from '@/components/ui/states'
import { RetiredCoins } from '@/components/watchlist/retired-coins'
import { StarButton } from '@/components/watchlist/star-button'
import { fetchCoins } from '@/lib/api'
import { coinHref } from '@/lib/links'
import { useSession } from '@/lib/session'
import { useWatchlist } from '@/lib/watchlist'

const maxShown = 12
const everyMs = 60_000

/** Up to 12 watched coins in the order of the watchlist. Signed out it is that of this device, hidden while empty. */
export function WatchlistPanel() {
  const who = useSession()
  const { data: list, error: listError } = useWatchlist()
  const tracked = list?.items.filter(({ is_tracked }) => is_tracked) ?? []
  const ids = tracked.slice(0, maxShown).map(({ coin_id }) => coin_id)
  const query: Partial<CoinListQuery> = { ids: ids.toSorted((a, b) => a - b).join(), per_page: maxShown }
  const { data: coins, error: coinError } = useQuery({
    queryKey: ['coins', query],
    queryFn: () => fetchCoins(query),
    enabled: ids.length > 0,
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  })
  const error = listError ?? coinError
  const rows = ids.flatMap((id) => coins?.items.find((coin) => coin.id === id) ?? [])
  const count = list?.coin_ids.length ?? 0
  if (who === null && count === 0) return null
  return (
    <section className="panel" aria-label="Watchlist">
      <header className="flex h-11 items-center justify-between gap-3 border-b border-line px-4">
        <h2 className="text-[14px] font-semibold">Watchlist</h2>
        <IntentLink href="/market?list=watchlist" className="text-[12px] text-accent hover:underline">
          {count > maxShown ? `View all ${count}` : 'View table'}
        </IntentLink>
      </header>
      {list === undefined && error === null && <Skeleton className="m-4 h-5" />}
      {list !== undefined && count === 0 && <p className="p-4 text-[13px] text-muted">Star a coin to add it.</p>}
      {error !== null && rows.length === 0 && <p className="p-4 text-[13px] text-muted">{error.message}</p>}
      <RetiredCoins />
      <ul className="-mb-px grid grid-cols-1 overflow-hidden sm:grid-cols-2 xl:grid-cols-3">
        {rows.map((coin) => (
          <li key={coin.id} className="flex items-center border-b border-line hover:bg-raised">
            <StarButton coin={coin} className="ml-2" />
            <IntentLink
              href={coinHref(coin)}
              className="grid h-11 min-w-0 flex-1 grid-cols-[1fr_auto_76px] items-center gap-3 pr-4 pl-1 text-[13px]"
            >
              <span className="flex min-w-0 items-center gap-2.5">
                <CoinIcon coin={coin} />
                <span className="truncate font-medium">{coin.name}</span>
                <span className="text-faint uppercase">{coin.symbol}</span>
              </span>
              <LivePrice coin={coin} />
              <LiveChange coin={coin} window="24h" className="text-right" />
            </IntentLink>
          </li>
        ))}
      </ul>
    </section>
  )
}
