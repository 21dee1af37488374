import type { CoinDetail } from '@contract/coins.ts'
import { useQuery } from '@tanstack/react-query'
import { Moment } from '@/components/ui/moment'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { CoinAbout } from './coin-about'
import { CoinConverter } from './coin-converter'
import { Facts } from './coin-facts'
import { CoinHeader } from './coin-header'
import { coinQuery } from './coin-queries'
import { CoinTitle } from './coin-title'
import { Correlated } from './correlated-coins'
import { History } from './history-panel'
import { PricePanel } from './price-panel'
import { Risk } from './risk-panel'

const notice = 'mb-3 rounded-control border border-line px-4 py-2 text-[13px] text-muted'

/** Since when the price is stale, and why. Hidden for a current price. */
function StaleNotice({ coin: { is_tracked, stale_since, stale_reason } }: { coin: CoinDetail }) {
  if (!is_tracked || stale_since === null) return null
  return (
    <p className={notice} data-testid="stale">
      {stale_reason === 'missing' ? 'No valid price since ' : 'CoinGecko has not updated this price since '}
      <Moment at={stale_since} />.{stale_reason === 'missing' && ' This coin has no rank and is not in the totals.'}
    </p>
  )
}

export function CoinView({ id }: { id: string }) {
  const { data: coin, error, refetch } = useQuery(coinQuery(id))
  if (coin === undefined || coin === null)
    return (
      <div className="panel">
        {error === null ? (
          <Skeleton className="m-4 h-96" />
        ) : (
          <ErrorState message={error.message} onRetry={() => void refetch()} />
        )}
      </div>
    )
  return (
    <>
      <CoinTitle coin={coin} />
      <CoinHeader coin={coin} />
      {!coin.is_tracked && <p className={notice}>This coin is no longer tracked. These are its last known values.</p>}
      <StaleNotice coin={coin} />
      <div className="grid grid-cols-1 gap-3 xl:grid-cols-[62fr_38fr]">
        <PricePanel coin={coin} />
        <div className="grid min-w-0 grid-cols-1 gap-3 lg:grid-cols-2 xl:grid-cols-1 xl:grid-rows-[auto_1fr]">
          <div className="grid min-w-0 grid-cols-1 content-start gap-3">
            <Facts coin={coin} />
            <CoinConverter coin={coin} />
          </div>
          <Risk coin={coin} />
        </div>
        <div className="below min-w-0 xl:col-span-2">
          <Correlated coin={coin} />
        </div>
        <div className="below min-w-0 xl:col-span-2">
          <History coin={coin} />
        </div>
        <div className="below min-w-0 xl:col-span-2">
          <CoinAbout coin={coin} />
        </div>
      </div>
    </>
  )
}
