import type { ChartColors } from '@/components/charts/colors'
import { formatPct } from '@/lib/format'
import { toChange } from '@/lib/live-figures'
import { type Period, toStep } from './change-tiers'
import { fitLabel } from './treemap-labels'
import type { MapCoin, Tile } from './treemap-layout'

const lineHeight = 1.2

type Look = { colors: ChartColors; period: Period; toPrice: (coin: MapCoin) => number | null }

/** Draws the tiles at current prices. A label that does not fit is left out. */
export function paintTreemap(canvas: HTMLCanvasElement, tiles: readonly Tile<MapCoin>[], look: Look): void {
  const { colors, period, toPrice } = look
  const context = canvas.getContext('2d')
  if (context === null) return
  const scale = window.devicePixelRatio
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  context.scale(scale, scale)
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  const family = getComputedStyle(canvas).fontFamily
  for (const tile of tiles) {
    const [x, y] = [(tile.left / 100) * width, (tile.top / 100) * height]
    const [w, h] = [(tile.width / 100) * width, (tile.height / 100) * height]
    const gap = Math.min(1, w / 6, h / 6)
    const pct = toChange(tile.coin, period, toPrice(tile.coin))
    context.fillStyle = colors[`step-${toStep(pct, period)}`]
    context.fillRect(x + gap, y + gap, w - 2 * gap, h - 2 * gap)
    const texts = { symbol: tile.coin.symbol, change: formatPct(pct) }
    const label = fitLabel({ width: w, height: h }, texts)
    if (label === null) continue
    context.fillStyle = colors['tile-text']
    const below = (label.change ?? 0) * lineHeight
    context.font = `600 ${label.symbol}px ${family}`
    context.fillText(texts.symbol.toUpperCase(), x + w / 2, y + (h - below) / 2)
    if (label.change === null) continue
    context.font = `400 ${label.change}px ${family}`
    context.fillText(texts.change, x + w / 2, y + (h + label.symbol * lineHeight) / 2)
  }
}
