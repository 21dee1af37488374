import { type FocusEvent, memo, type RefObject, useEffect, useMemo, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { formatPct } from '@/lib/format'
import { useMediaQuery } from '@/lib/hooks'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { coinHref } from '@/lib/links'
import { toChange, useLiveFigure } from '@/lib/live-figures'
import { type Period, toStep, toStepColor } from './change-tiers'
import { type GroupingName, groupings } from './treemap-groups'
import { headPx, TreemapHeads } from './treemap-heads'
import { fitLabel } from './treemap-labels'
import { layOutMap, type MapCoin, type Tile } from './treemap-layout'
import { usePointedTile } from './treemap-pointer'
import { describeTile } from './treemap-texts'

const tooltipModule = new LazyModule(() => import('./treemap-tooltip'))

type LinkProps = {
  tile: Tile<MapCoin>
  index: number
  period: Period
  isTarget: boolean
  /** Font sizes in px; null: no room. */
  symbolSize: number | null
  changeSize: number | null
}

const TileLink = memo(function TileLink({ tile, index, period, isTarget, symbolSize, changeSize }: LinkProps) {
  const { coin, left, top, width, height } = tile
  const { coingecko_id: id, price_usd } = coin
  const pct = useLiveFigure(id, price_usd, (price) => toChange(coin, period, price))
  const description = useLiveFigure(id, price_usd, (price) => describeTile(coin, price))
  return (
    <IntentLink
      href={coinHref(coin)}
      data-cap={coin.market_cap}
      data-tile={index}
      tabIndex={isTarget ? undefined : -1}
      className="absolute flex flex-col items-center justify-center overflow-hidden border border-surface leading-[1.2] whitespace-nowrap focus-visible:z-10 focus-visible:-outline-offset-2"
      style={{
        left: `${left}%`,
        top: `${top}%`,
        width: `${width}%`,
        height: `${height}%`,
        background: toStepColor(toStep(pct, period)),
        color: 'var(--tile-text)',
      }}
    >
      <span className="sr-only">{description}</span>
      {symbolSize !== null && (
        <span aria-hidden className="font-semibold uppercase" style={{ fontSize: symbolSize }}>
          {coin.symbol}
        </span>
      )}
      {changeSize !== null && (
        <span aria-hidden className="num" style={{ fontSize: changeSize }}>
          {formatPct(pct)}
        </span>
      )}
    </IntentLink>
  )
})

/** The width of an element in px once it is measured; until then `assumed`. */
function useWidth(element: RefObject<HTMLElement | null>, assumed: number): number {
  const [width, setWidth] = useState(assumed)
  useEffect(() => {
    if (element.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width))
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}

type TilesProps = {
  coins: readonly MapCoin[]
  period: Period
  grouping: GroupingName | null
  ratio: number
  height: number
  className: string
  /** Media query of the windows that show the other frame instead. */
  hiddenWhen: string
  onZoom: (key: string) => void
}

/** Minimum target size in px (WCAG 2.2, 2.5.8). */
const minTarget = 24

/**
 * The market map as one link per coin, for a frame of about this aspect ratio and `height` px. Tiles below the minimum
 * target size are not tab stops; the data table of the chart lists them too.
 */
export function TreemapTiles(props: TilesProps) {
  const { coins, period, grouping, ratio, height: frameHeight, className, hiddenWhen, onZoom } = props
  const isHidden = useMediaQuery(hiddenWhen)
  const { tiles, parts } = useMemo(() => {
    const groups =
      grouping === null ? undefined : { toKey: groupings[grouping].toKey, headHeight: (headPx / frameHeight) * 100 }
    return layOutMap(coins, { ratio, groups })
  }, [coins, ratio, grouping, frameHeight])
  const { frame, pointed, show, handlers } = usePointedTile()
  const tooltip = useLazyModule(tooltipModule, pointed !== null)
  const frameWidth = useWidth(frame, ratio * frameHeight)
  if (isHidden) return null
  const toIndex = ({ target }: FocusEvent) => {
    const index = (target as HTMLElement).dataset.tile
    return index === undefined ? null : Number(index)
  }
  const tile = pointed === null ? undefined : tiles[pointed.index]
  return (
    <div className={cn('relative h-full', className)}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links in it have the roles; this shows their tooltip. */}
      <div
        ref={frame}
        className="h-full"
        data-treemap={ratio}
        {...handlers}
        onFocus={(event) => event.target.matches(':focus-visible') && show(toIndex(event), 'keys')}
        onBlur={() => show(null, 'keys')}
      >
        {tiles.map((each, index) => {
          const size = { width: (each.width / 100) * frameWidth, height: (each.height / 100) * frameHeight }
          const { symbol } = each.coin
          const label = fitLabel(size, { symbol, change: formatPct(toChange(each.coin, period, null)) })
          return (
            <TileLink
              key={each.coin.id}
              tile={each}
              index={index}
              period={period}
              isTarget={Math.min(size.width, size.height) >= minTarget}
              symbolSize={label?.symbol ?? null}
              changeSize={label?.change ?? null}
            />
          )
        })}
      </div>
      {grouping !== null && <TreemapHeads parts={parts} grouping={grouping} onZoom={onZoom} />}
      {tile !== undefined && pointed !== null && tooltip !== undefined && (
        <tooltip.TileTooltip tile={tile} period={period} by={pointed.by} />
      )}
    </div>
  )
}
