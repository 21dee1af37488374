import type { Coin } from '@contract/coins.ts'
import { ClockAlert } from 'lucide-react'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { formatUtc } from '@/lib/format'
import { coinHref } from '@/lib/links'

const toStaleLabel = ({ stale_reason, stale_since }: Coin): string =>
  `${stale_reason === 'missing' ? 'No valid price' : 'Price not updated'} since ${formatUtc(stale_since ?? '')}`

/** Icon, name and symbol of a coin, as a link to its page. */
export function CoinName({ coin }: { coin: Coin }) {
  return (
    <IntentLink
      href={coinHref(coin)}
      className="flex max-w-full min-w-0 items-center gap-2.5 align-middle hover:text-accent"
    >
      <CoinIcon coin={coin} />
      <span className="flex min-w-0 flex-col leading-[14px] sm:flex-row sm:items-baseline sm:gap-2.5">
        <span className="truncate font-medium">{coin.name}</span>
        <span className="truncate text-[12px] text-faint uppercase sm:shrink-0">{coin.symbol}</span>
      </span>
      {coin.stale_since !== null && (
        <ClockAlert role="img" aria-label={toStaleLabel(coin)} className="size-3.5 shrink-0 text-muted">
          <title>{toStaleLabel(coin)}</title>
        </ClockAlert>
      )}
    </IntentLink>
  )
}
