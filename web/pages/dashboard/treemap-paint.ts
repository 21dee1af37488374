import type { Coin } from '@contract/coins.ts'
import type { ChartColors } from '@/components/charts/colors'
import { formatPct } from '@/lib/format'
import { toChange } from '@/lib/live-figures'
import { toStep } from './change-tiers'
import type { Tile } from './treemap-layout'

const pad = 4
const line = 16

/** Draws the tiles at current prices. A label that does not fit is left out. */
export function paintTreemap(
  canvas: HTMLCanvasElement,
  tiles: readonly Tile<Coin>[],
  { colors, toPrice }: { colors: ChartColors; toPrice: (coin: Coin) => number | null },
): void {
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
    const pct = toChange(tile.coin, '24h', toPrice(tile.coin))
    context.fillStyle = colors[`step-${toStep(pct)}`]
    context.fillRect(x + gap, y + gap, w - 2 * gap, h - 2 * gap)
    context.fillStyle = colors['tile-text']
    const write = (text: string, at: number, font: string) => {
      context.font = font
      const fits = context.measureText(text).width <= w - 2 * pad
      if (fits) context.fillText(text, x + w / 2, at)
      return fits
    }
    if (h < line + 2 || w < 2 * line) continue
    const hasBoth = h >= 2 * line + pad && w >= 60
    const large = w >= 120 && h >= 90 ? 16 : 12
    const symbolAt = y + h / 2 - (hasBoth ? line / 2 : 0)
    const isNamed = write(tile.coin.symbol.toUpperCase(), symbolAt, `600 ${large}px ${family}`)
    if (isNamed && hasBoth) write(formatPct(pct), symbolAt + (large === 16 ? 19 : line), `400 12px ${family}`)
  }
}
