import type { Coin } from '@contract/coins.ts'
import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { coinHref } from '@/lib/coin'
import { formatPct } from '@/lib/format'
import { useLiveFigure } from '@/lib/live'
import { toChange } from '@/lib/live-figures'
import { useMedia } from '@/lib/media'
import { toStepColor } from '@/lib/tiers'
import { layOutTreemap, type Tile } from './treemap-layout'
import { describeTile } from './treemap-texts'

type LinkProps = { tile: Tile<Coin>; isTarget: boolean }

/** A tile in the color of its live change. */
function TileLink({ tile: { coin, left, top, width, height }, isTarget }: LinkProps) {
  const { coingecko_id: id, price_usd } = coin
  const pct = useLiveFigure(id, price_usd, (price) => toChange(coin, '24h', price))
  const words = useLiveFigure(id, price_usd, (price) => describeTile(coin, price))
  return (
    <IntentLink
      href={coinHref(coin)}
      title={words}
      data-cap={coin.market_cap}
      tabIndex={isTarget ? undefined : -1}
      className="tile absolute flex flex-col items-center justify-center overflow-hidden border border-surface text-[12px] leading-4 hover:brightness-110 focus-visible:z-10 focus-visible:-outline-offset-2"
      style={{
        left: `${left}%`,
        top: `${top}%`,
        width: `${width}%`,
        height: `${height}%`,
        background: toStepColor(pct),
        color: 'var(--tile-text)',
      }}
    >
      <span className="sr-only">{words}</span>
      <span aria-hidden className="tile-line tile-symbol font-semibold whitespace-nowrap uppercase">
        <span>{coin.symbol}</span>
      </span>
      <span aria-hidden className="tile-line tile-change num whitespace-nowrap">
        <span>{formatPct(pct)}</span>
      </span>
    </IntentLink>
  )
}

type TilesProps = {
  coins: readonly Coin[]
  ratio: number
  height: number
  className: string
  /** The windows that another frame is for: in those there is nothing of this one. */
  elsewhere: string
}

/** WCAG 2.2, 2.5.8, in px. */
const leastTarget = 24

/**
 * A map as links, one a coin, for a frame of about the given width to height, and of `height` px. Tab passes over those
 * that are too small to be hit; the table of the same chart has them too.
 */
export function TreemapTiles({ coins, ratio, height: frame, className, elsewhere }: TilesProps) {
  const isElsewhere = useMedia(elsewhere)
  const tiles = useMemo(() => layOutTreemap(coins, ratio), [coins, ratio])
  if (isElsewhere) return null
  return (
    <div className={cn('relative h-full', className)} data-treemap={ratio}>
      {tiles.map((tile) => (
        <TileLink
          key={tile.coin.id}
          tile={tile}
          isTarget={(Math.min(tile.width * ratio, tile.height) * frame) / 100 >= leastTarget}
        />
      ))}
    </div>
  )
}
