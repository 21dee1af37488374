import type { Coin } from '@contract/coins.ts'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useMemo, useState } from 'react'
import { useChartColors } from '@/components/charts/colors'
import { LiveAmount } from '@/components/ui/live-amount'
import { LiveChange } from '@/components/ui/live-change'
import { LivePrice } from '@/components/ui/live-price'
import { coinHref } from '@/lib/links'
import { livePrices } from '@/lib/live'
import { findTile, layOutTreemap, type Tile } from './treemap-layout'
import { paintTreemap } from './treemap-paint'
import { describeTile } from './treemap-texts'

/** The outline of a tile, and a tooltip beside it. */
function TileTooltip({ tile: { coin, left, top, width, height } }: { tile: Tile<Coin> }) {
  const horizontal = left + width / 2 > 50 ? { right: `${100 - left}%` } : { left: `${left + width}%` }
  const vertical = top > 50 ? { bottom: `${100 - top - height}%` } : { top: `${top}%` }
  return (
    <>
      <div
        className="pointer-events-none absolute border-2 border-text"
        style={{ left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` }}
      />
      <div
        data-testid="map-pointed"
        className="num pointer-events-none absolute z-10 mx-2 max-w-64 rounded-panel border border-line-strong bg-raised px-3 py-2 text-[12px] whitespace-nowrap shadow-lg"
        style={{ ...horizontal, ...vertical }}
      >
        <p className="truncate text-[13px] font-medium">
          {coin.name} <span className="text-faint uppercase">{coin.symbol}</span>
        </p>
        <p>
          <LivePrice coin={coin} /> <LiveChange coin={coin} window="24h" />
        </p>
        <p className="text-muted">
          Market cap <LiveAmount coin={coin} amount={coin.market_cap} />
        </p>
      </div>
    </>
  )
}

/** Drawing thousands of tiles takes several ms. */
const minRepaintMs = 1000
/** Only the largest tiles have room for a label. */
const maxLiveCoins = 500

type CanvasProps = { coins: readonly Coin[]; label: string; canvas: RefObject<HTMLCanvasElement | null> }

/** The market map on a canvas, for many coins. Arrow keys move from the largest coin to the smallest. */
export function TreemapCanvas({ coins, label, canvas }: CanvasProps) {
  const router = useRouter()
  const colors = useChartColors()
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [pointed, setPointed] = useState<number | null>(null)
  const ratio = size.height === 0 ? 0 : size.width / size.height
  const tiles = useMemo(() => (ratio === 0 ? [] : layOutTreemap(coins, ratio)), [coins, ratio])
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [canvas])
  useEffect(() => {
    const element = canvas.current
    if (element === null || colors === null || size.width === 0) return
    const paint = () => paintTreemap(element, tiles, { colors, toPrice: livePrices.toPrice })
    paint()
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = livePrices.onPrices(coins.slice(0, maxLiveCoins), () => {
      timer ??= setTimeout(() => {
        timer = undefined
        paint()
      }, minRepaintMs)
    })
    return () => {
      end()
      clearTimeout(timer)
    }
  }, [canvas, coins, tiles, colors, size])
  const toIndex = (event: PointerEvent) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
    return findTile(tiles, ((event.clientX - left) / width) * 100, ((event.clientY - top) / height) * 100)
  }
  const open = (index: number | null) => {
    const tile = index === null ? undefined : tiles[index]
    if (tile !== undefined) router.push(coinHref(tile.coin))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') open(pointed ?? 0)
    else if (event.key === 'Escape') setPointed(null)
    else return
    event.preventDefault()
  }
  const tile = pointed === null ? undefined : tiles[pointed]
  const atKeys = tiles[pointed ?? 0]
  return (
    <div className="relative h-full cursor-pointer" data-testid="map-canvas" data-tiles={tiles.length}>
      <canvas
        ref={canvas}
        className="size-full"
        onPointerMove={(event) => setPointed(toIndex(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={() => open(pointed)}
      />
      {tile !== undefined && <TileTooltip tile={tile} />}
      <input
        type="range"
        min={0}
        max={Math.max(0, tiles.length - 1)}
        value={pointed ?? 0}
        aria-label={`${label}. Use the arrow keys to move from the largest coin to the smallest, Enter to open a coin`}
        aria-valuetext={atKeys === undefined ? undefined : describeTile(atKeys.coin, livePrices.toPrice(atKeys.coin))}
        onChange={(event) => setPointed(Number(event.target.value))}
        onFocus={() => setPointed(0)}
        onBlur={() => setPointed(null)}
        onKeyDown={onKeyDown}
        className="pointer-events-none absolute inset-0 size-full appearance-none rounded-mark bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
      />
    </div>
  )
}
