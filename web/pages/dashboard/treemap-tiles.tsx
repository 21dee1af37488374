import type { Coin } from '@contract/coins.ts'
import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { coinHref } from '@/lib/coin'
import { formatPct } from '@/lib/format'
import { toStepColor } from '@/lib/tiers'
import { layOutTreemap } from './treemap-layout'
import { describeTile } from './treemap-words'

type TilesProps = { coins: readonly Coin[]; ratio: number; height: number; className?: string }

/** WCAG 2.2, 2.5.8, in px. */
const leastTarget = 24

/**
 * A map as links, one a coin, for a frame of about the given width to height, and of `height` px. Tab passes over those
 * that are too small to be hit; the table of the same chart has them too.
 */
export function TreemapTiles({ coins, ratio, height: frame, className }: TilesProps) {
  const tiles = useMemo(() => layOutTreemap(coins, ratio), [coins, ratio])
  return (
    <div className={cn('relative h-full', className)} data-treemap={ratio}>
      {tiles.map(({ coin, left, top, width, height }) => (
        <IntentLink
          key={coin.id}
          href={coinHref(coin)}
          title={describeTile(coin)}
          data-cap={coin.market_cap}
          tabIndex={(Math.min(width * ratio, height) * frame) / 100 < leastTarget ? -1 : undefined}
          className="tile absolute flex flex-col items-center justify-center overflow-hidden border border-surface text-[12px] leading-4 hover:brightness-110 focus-visible:z-10 focus-visible:-outline-offset-2"
          style={{
            left: `${left}%`,
            top: `${top}%`,
            width: `${width}%`,
            height: `${height}%`,
            background: toStepColor(coin.price_change_24h_pct),
            color: 'var(--tile-text)',
          }}
        >
          <span className="sr-only">{describeTile(coin)}</span>
          <span aria-hidden className="tile-line tile-symbol font-semibold whitespace-nowrap uppercase">
            <span>{coin.symbol}</span>
          </span>
          <span aria-hidden className="tile-line tile-change num whitespace-nowrap">
            <span>{formatPct(coin.price_change_24h_pct)}</span>
          </span>
        </IntentLink>
      ))}
    </div>
  )
}
