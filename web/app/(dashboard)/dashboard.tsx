'use client'

import type { CoinList } from '@contract/coins.ts'
import type { MarketOverview } from '@contract/market.ts'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '@/components/ui/states'
import { fetchCoins, fetchOverview } from '@/lib/api'
import { Figures } from './figures'
import { Movers } from './movers'
import { Treemap } from './treemap'
import { treemapCoins } from './treemap-layout'
import { WatchlistPanel } from './watchlist-panel'

const everyMs = 60_000

/** The market at one glance; `overview` and `coins` are what the server already knew. */
export function Dashboard(first: { overview: MarketOverview | null; coins: CoinList | null }) {
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: fetchOverview,
    refetchInterval: everyMs,
    ...(first.overview === null ? {} : { initialData: first.overview }),
  })
  const coins = useQuery({
    queryKey: ['coins', treemapCoins],
    queryFn: () => fetchCoins(treemapCoins),
    refetchInterval: everyMs,
    ...(first.coins === null ? {} : { initialData: first.coins }),
  })
  const emptyWords = (words: string) =>
    overview.data?.active_coins === 0 ? 'The list fills with the first snapshot of the market.' : words
  const error = overview.error ?? coins.error
  const retry = () => {
    void overview.refetch()
    void coins.refetch()
  }
  return (
    <>
      <h1 className="sr-only">Dashboard</h1>
      {error !== null && overview.data === undefined ? (
        <div className="panel">
          <ErrorState message={error.message} onRetry={retry} />
        </div>
      ) : (
        <div className="grid gap-3">
          <Figures overview={overview.data} />
          <div className="grid grid-cols-1 gap-3 lg:grid-cols-3">
            <Treemap coins={coins.data} className="lg:col-span-2" />
            <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-1 lg:grid-rows-2">
              <Movers
                title="Top gainers"
                empty={emptyWords('No tracked coin rose over the last 24 h.')}
                coins={overview.data?.top_gainers}
              />
              <Movers
                title="Top losers"
                empty={emptyWords('No tracked coin fell over the last 24 h.')}
                coins={overview.data?.top_losers}
              />
            </div>
          </div>
          <WatchlistPanel />
        </div>
      )}
    </>
  )
}
