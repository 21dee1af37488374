import type { Coin, CoinDetail, CoinLink } from '@contract/coins.ts'
import { BellRing, ChevronLeft, ChevronRight, GitCompareArrows } from 'lucide-react'
import { CoinIcon } from '@/components/ui/coin-icon'
import { DayRange } from '@/components/ui/day-range'
import { IntentLink } from '@/components/ui/intent-link'
import { LiveChange } from '@/components/ui/live-change'
import { LivePrice } from '@/components/ui/live-price'
import { StarButton } from '@/components/watchlist/star-button'
import { alertHref, coinHref, compareHref } from '@/lib/links'

const kindLabels: Partial<Record<Coin['kind'], string>> = {
  stablecoin: 'Stablecoin',
  wrapped: 'Wrapped',
  staked: 'Staked',
}
const tag = 'rounded-mark border border-line-strong px-1.5 text-[12px] leading-5 text-muted'

const link =
  'flex h-8 items-center gap-1 rounded-control border border-line-strong px-2 text-[12px] text-muted hover:bg-raised hover:text-text'

function NeighborLink({ coin, side }: { coin: CoinLink | null; side: 'previous' | 'next' }) {
  if (coin === null) return null
  const Arrow = side === 'previous' ? ChevronLeft : ChevronRight
  const label = `${side === 'previous' ? 'Previous' : 'Next'} by rank: ${coin.name}`
  return (
    <IntentLink
      href={coinHref(coin)}
      rel={side === 'previous' ? 'prev' : 'next'}
      title={label}
      className={`num ${link}`}
    >
      {side === 'previous' && <Arrow size={16} strokeWidth={1.75} />}
      <span className="sr-only">{label}</span>
      <span>#{coin.market_cap_rank}</span>
      <span className="max-w-16 truncate uppercase">{coin.symbol}</span>
      {side === 'next' && <Arrow size={16} strokeWidth={1.75} />}
    </IntentLink>
  )
}

/** The comparison with Bitcoin, or that of Bitcoin with Ether: more coins are added there. */
const toComparison = ({ coingecko_id: id }: CoinDetail): string =>
  compareHref([id, id === 'bitcoin' ? 'ethereum' : 'bitcoin'])

export function CoinHeader({ coin }: { coin: CoinDetail }) {
  const kind = kindLabels[coin.kind]
  return (
    <header className="flex flex-wrap items-center gap-x-8 gap-y-3 pb-4">
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <div className="flex min-w-0 items-center gap-3">
          <CoinIcon coin={coin} size={32} />
          <h1 className="max-w-96 min-w-0 text-[20px] leading-7 font-semibold wrap-anywhere">{coin.name}</h1>
        </div>
        <span className="text-[14px] text-muted uppercase">{coin.symbol}</span>
        {coin.market_cap_rank !== null && (
          <span className={`num ${tag}`} title="Rank by market cap">
            #{coin.market_cap_rank}
          </span>
        )}
        {kind !== undefined && <span className={tag}>{kind}</span>}
        <StarButton coin={coin} size={18} />
      </div>
      <div className="flex items-baseline gap-4">
        <span className="text-[28px] leading-8 font-semibold tracking-tight" data-testid="price">
          <LivePrice coin={coin} />
        </span>
        <span className="text-[14px]">
          <LiveChange coin={coin} window="24h" /> <span className="text-[12px] text-faint">24h</span>
        </span>
      </div>
      <div className="num w-full text-[12px] text-muted sm:w-72">
        <span className="mb-1 block leading-4 text-faint">24h range</span>
        <DayRange coin={coin} labeled />
      </div>
      <div className="flex gap-2 sm:ml-auto">
        <IntentLink href={alertHref(coin)} title={`New alert for ${coin.name}`} className={link}>
          <BellRing size={16} strokeWidth={1.75} />
          Alert me
        </IntentLink>
        <IntentLink href={toComparison(coin)} title="Compare with other coins" className={link}>
          <GitCompareArrows size={16} strokeWidth={1.75} />
          Compare
        </IntentLink>
      </div>
      <nav aria-label="Coins by rank" className="flex gap-2 sm:-ml-6">
        <NeighborLink coin={coin.previous} side="previous" />
        <NeighborLink coin={coin.next} side="next" />
      </nav>
    </header>
  )
}
