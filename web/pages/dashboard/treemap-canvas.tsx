import { useRouter } from 'next/navigation'
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useState } from 'react'
import { useChartColors } from '@/components/charts/colors'
import { coinHref } from '@/lib/links'
import { livePrices } from '@/lib/live'
import type { Period } from './change-tiers'
import { type GroupingName, groupings } from './treemap-groups'
import { headPx, TreemapHeads } from './treemap-heads'
import { findTile, layOutMap, type MapCoin } from './treemap-layout'
import { paintTreemap } from './treemap-paint'
import { usePointedTile } from './treemap-pointer'
import { describeTile } from './treemap-texts'
import { TileTooltip } from './treemap-tooltip'

/** Drawing thousands of tiles takes several ms. */
const minRepaintMs = 1000
/** Only the largest tiles have room for a label. */
const maxLiveCoins = 500

type CanvasProps = {
  coins: readonly MapCoin[]
  period: Period
  grouping: GroupingName | null
  label: string
  canvas: RefObject<HTMLCanvasElement | null>
  onZoom: (key: string) => void
}

/** The size of an element in px; 0 before it is measured. */
function useSize(element: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 })
  useEffect(() => {
    const measured = element.current
    if (measured === null) return
    const observer = new ResizeObserver(() => setSize({ width: measured.clientWidth, height: measured.clientHeight }))
    observer.observe(measured)
    return () => observer.disconnect()
  }, [element])
  return size
}

/** The market map on a canvas, for many coins. Arrow keys move from the largest coin to the smallest. */
export function TreemapCanvas({ coins, period, grouping, label, canvas, onZoom }: CanvasProps) {
  const router = useRouter()
  const colors = useChartColors()
  const size = useSize(canvas)
  const { tiles, parts } = useMemo(() => {
    if (size.height === 0) return { tiles: [], parts: [] }
    const groups =
      grouping === null ? undefined : { toKey: groupings[grouping].toKey, headHeight: (headPx / size.height) * 100 }
    return layOutMap(coins, { ratio: size.width / size.height, groups })
  }, [coins, size, grouping])
  useEffect(() => {
    const element = canvas.current
    if (element === null || colors === null || size.width === 0) return
    const paint = () => paintTreemap(element, tiles, { colors, period, toPrice: livePrices.toPrice })
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
  }, [canvas, coins, tiles, period, colors, size])
  const { frame, pointed, show, handlers } = usePointedTile((event) => {
    if (event.target !== canvas.current || !('clientX' in event)) return null
    const { left, top, width, height } = canvas.current.getBoundingClientRect()
    const index = findTile(tiles, ((event.clientX - left) / width) * 100, ((event.clientY - top) / height) * 100)
    return index < 0 ? null : index
  })
  const open = (index: number | undefined) => {
    const tile = index === undefined ? undefined : tiles[index]
    if (tile !== undefined) router.push(coinHref(tile.coin))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    open(pointed?.index ?? 0)
    event.preventDefault()
  }
  const tile = pointed === null ? undefined : tiles[pointed.index]
  const atKeys = tiles[pointed?.index ?? 0]
  return (
    <div
      ref={frame}
      className="relative h-full cursor-pointer"
      data-testid="map-canvas"
      data-tiles={tiles.length}
      {...handlers}
    >
      <canvas ref={canvas} className="size-full" onClick={() => open(pointed?.index)} />
      {tile !== undefined && pointed !== null && <TileTooltip tile={tile} period={period} by={pointed.by} />}
      <input
        type="range"
        min={0}
        max={Math.max(0, tiles.length - 1)}
        value={pointed?.index ?? 0}
        aria-label={`${label}. Use the arrow keys to move from the largest coin to the smallest, Enter to open a coin`}
        aria-valuetext={atKeys === undefined ? undefined : describeTile(atKeys.coin, livePrices.toPrice(atKeys.coin))}
        onChange={(event) => show(Number(event.target.value), 'keys')}
        onFocus={() => show(0, 'keys')}
        onBlur={() => show(null, 'keys')}
        onKeyDown={onKeyDown}
        className="pointer-events-none absolute inset-0 size-full appearance-none rounded-mark bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
      />
      {grouping !== null && <TreemapHeads parts={parts} grouping={grouping} onZoom={onZoom} />}
    </div>
  )
}
