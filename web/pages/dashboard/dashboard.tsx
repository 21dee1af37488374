import type { MarketOverview } from '@contract/market.ts'
import { useQuery } from '@tanstack/react-query'
import { PageTitle } from '@/components/ui/page-title'
import { ErrorState } from '@/components/ui/states'
import { useSparklines } from '@/lib/hooks'
import { historyQuery, type InitialData, overviewQuery } from './dashboard-queries'
import { DominancePanel } from './dominance-panel'
import { HealthStrip } from './health-strip'
import { MarketFigures } from './market-figures'
import { Movers } from './movers'
import { SectorsPanel } from './sectors-panel'
import { SentimentPanel } from './sentiment-panel'
import { Treemap } from './treemap'
import type { MapCoin } from './treemap-layout'
import { useMapCoins } from './treemap-state'
import { WatchlistPanel } from './watchlist-panel'
import { WeekPanel } from './week-panel'

function TopMovers({ overview }: { overview: MarketOverview | undefined }) {
  const { top_gainers: gainers, top_losers: losers } = overview ?? {}
  const sparklines = useSparklines([...(gainers ?? []), ...(losers ?? [])].map(({ id }) => id))
  const toEmptyText = (text: string) => (overview?.active_coins === 0 ? 'Waiting for the first market snapshot.' : text)
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-1 lg:grid-rows-2">
      <Movers
        title="Top gainers"
        direction="up"
        empty={toEmptyText('No gainers in the last 24 h.')}
        coins={gainers}
        sparklines={sparklines}
      />
      <Movers
        title="Top losers"
        direction="down"
        empty={toEmptyText('No losers in the last 24 h.')}
        coins={losers}
        sparklines={sparklines}
      />
    </div>
  )
}

const none: readonly MapCoin[] = []

/** `initial`: the data that the server rendered the page with. */
export function Dashboard({ initial }: { initial: InitialData }) {
  const overview = useQuery(overviewQuery(initial))
  const history = useQuery(historyQuery(initial))
  const map = useMapCoins(initial.coins)
  return (
    <>
      <PageTitle>Dashboard</PageTitle>
      {overview.error !== null && overview.data === undefined ? (
        <div className="panel">
          <ErrorState message={overview.error.message} onRetry={() => void overview.refetch()} />
        </div>
      ) : (
        <div className="grid grid-cols-1 gap-3">
          <MarketFigures overview={overview.data} history={history.data} coins={map.data?.items ?? none} />
          <div className="grid grid-cols-1 gap-3 lg:grid-cols-3">
            <Treemap initial={initial.coins} className="lg:col-span-2" />
            <TopMovers overview={overview.data} />
          </div>
          <WatchlistPanel />
          <div className="below grid grid-cols-1 gap-3 lg:grid-cols-2">
            <DominancePanel />
            <SentimentPanel initial={initial} />
            <SectorsPanel initial={initial} />
            <WeekPanel initial={initial} />
          </div>
          <HealthStrip initial={initial} />
        </div>
      )}
    </>
  )
}
