import type { Coin } from '@contract/coins.ts'
import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { formatPct } from '@/lib/format'
import { useMediaQuery } from '@/lib/hooks'
import { coinHref } from '@/lib/links'
import { toChange, useLiveFigure } from '@/lib/live-figures'
import { toStepColor } from './change-tiers'
import { layOutTreemap, type Tile } from './treemap-layout'
import { describeTile } from './treemap-texts'

type LinkProps = { tile: Tile<Coin>; isTarget: boolean }

function TileLink({ tile: { coin, left, top, width, height }, isTarget }: LinkProps) {
  const { coingecko_id: id, price_usd } = coin
  const pct = useLiveFigure(id, price_usd, (price) => toChange(coin, '24h', price))
  const description = useLiveFigure(id, price_usd, (price) => describeTile(coin, price))
  return (
    <IntentLink
      href={coinHref(coin)}
      title={description}
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
      <span className="sr-only">{description}</span>
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
  /** Media query of the windows that show the other frame instead. */
  hiddenWhen: string
}

/** Minimum target size in px (WCAG 2.2, 2.5.8). */
const minTarget = 24

/**
 * The market map as one link per coin, for a frame of about this aspect ratio and `height` px. Tiles below the minimum
 * target size are not tab stops; the data table of the chart lists them too.
 */
export function TreemapTiles({ coins, ratio, height: frame, className, hiddenWhen }: TilesProps) {
  const isHidden = useMediaQuery(hiddenWhen)
  const tiles = useMemo(() => layOutTreemap(coins, ratio), [coins, ratio])
  if (isHidden) return null
  return (
    <div className={cn('relative h-full', className)} data-treemap={ratio}>
      {tiles.map((tile) => (
        <TileLink
          key={tile.coin.id}
          tile={tile}
          isTarget={(Math.min(tile.width * ratio, tile.height) * frame) / 100 >= minTarget}
        />
      ))}
    </div>
  )
}
