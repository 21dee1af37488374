import { cn } from '@/components/ui/cn'
import { CoinIcon } from '@/components/ui/coin-icon'
import { LiveAmount } from '@/components/ui/live-amount'
import { LiveChange } from '@/components/ui/live-change'
import { LivePrice } from '@/components/ui/live-price'
import { type Period, periods } from './change-tiers'
import type { Box, MapCoin, Tile } from './treemap-layout'
import type { PointedBy } from './treemap-pointer'

const hints: Record<PointedBy, string> = {
  mouse: 'Click to open',
  touch: 'Tap again to open',
  keys: 'Press Enter to open',
}

const width = '16.5rem'

/** Below or above the tile; inside a tile that is too high for both. Never beyond the frame. */
function toPlace({ left, top, width: wide, height }: Box) {
  const at = `clamp(0px, calc(${left + wide / 2}% - ${width} / 2), calc(100% - ${width}))`
  const bottom = top + height
  if (bottom <= 55) return { left: at, top: `calc(${bottom}% + 4px)` }
  if (top >= 45) return { left: at, bottom: `calc(${100 - top}% + 4px)` }
  return { left: at, top: `calc(${top}% + 8px)` }
}

type TooltipProps = { tile: Tile<MapCoin>; period: Period; by: PointedBy }

/** The outline of a tile and the facts of its coin. Its link says the same to screen readers. */
export function TileTooltip({ tile, period, by }: TooltipProps) {
  const { coin, left, top, width: wide, height } = tile
  return (
    <>
      <div
        className="pointer-events-none absolute z-10 border-2 border-text"
        style={{ left: `${left}%`, top: `${top}%`, width: `${wide}%`, height: `${height}%` }}
      />
      <div
        aria-hidden
        data-testid="map-pointed"
        className="num pointer-events-none absolute z-20 rounded-panel border border-line-strong bg-raised px-3 py-2.5 text-[12px] leading-4 shadow-lg"
        style={{ ...toPlace(tile), width }}
      >
        <p className="flex items-center gap-2 text-[13px] font-medium">
          <CoinIcon coin={coin} />
          <span className="truncate">{coin.name}</span>
          <span className="text-faint uppercase">{coin.symbol}</span>
          {coin.market_cap_rank !== null && <span className="ml-auto text-muted">#{coin.market_cap_rank}</span>}
        </p>
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
          <dt className="text-muted">Price</dt>
          <dd className="text-right">
            <LivePrice coin={coin} />
          </dd>
          <dt className="text-muted">Market cap</dt>
          <dd className="text-right">
            <LiveAmount coin={coin} amount={coin.market_cap} />
          </dd>
        </dl>
        <dl className="mt-2 grid grid-cols-2 gap-x-4 gap-y-1 border-t border-line pt-2">
          {periods.map((each) => (
            <div key={each} className="flex justify-between gap-2">
              <dt className={cn(each === period ? 'font-semibold' : 'text-muted')}>{each}</dt>
              <dd>
                <LiveChange coin={coin} window={each} />
              </dd>
            </div>
          ))}
        </dl>
        <p className="mt-2 text-faint">{hints[by]}</p>
      </div>
    </>
  )
}
