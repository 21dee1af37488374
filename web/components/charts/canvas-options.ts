import {
  type ChartOptions,
  ColorType,
  CrosshairMode,
  type DeepPartial,
  LineStyle,
  type PriceFormat,
  PriceScaleMode,
  TickMarkType,
  type UTCTimestamp,
} from 'lightweight-charts'
import { formatCompactUsd, formatFixed, formatPct, months, toAxisDecimals, toClock } from '@/lib/format'
import type { AxisScale, Scene } from './scene'
import { formatOpening, toOffset } from './zone'

const maxBarWidth = 36

type TimeAxis = Pick<Scene, 'zone' | 'intraday'> & { slots: readonly { time: number }[] }

export const toMode = (scale: AxisScale): PriceScaleMode =>
  scale === 'log' ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal

/**
 * How far the axis runs ahead of UTC, in ms: one value for the whole axis, since the library places its marks at UTC days
 * and needs rising times. Labels use the offset of their own instant.
 */
export const toAxisOffset = ({ zone, intraday, slots }: TimeAxis): number =>
  intraday ? toOffset(slots.at(-1)?.time ?? 0, zone) : 0

/** Axis labels with as few decimals as are exact: 72,500, not 72,500.00. */
function formatTicks(prices: readonly number[], maxDecimals: number): string[] {
  const isExact = (decimals: number) =>
    prices.every((price) => Math.abs(Number(price.toFixed(decimals)) - price) < 10 ** -maxDecimals / 2)
  let decimals = 0
  while (decimals < maxDecimals && !isExact(decimals)) decimals += 1
  return prices.map((price) => formatFixed(price, decimals))
}

/** Prices with the same decimals; marks of the axis with as few as are exact. */
export const toPriceFormat = (decimals: number): PriceFormat => ({
  type: 'custom',
  formatter: (price: number) => formatFixed(price, decimals),
  tickmarksFormatter: (prices: readonly number[]) => formatTicks(prices, decimals),
  minMove: 10 ** -decimals,
  base: 10 ** decimals,
})

/** The format of the price axis. */
export function toAxisFormat({ scale, decimals }: Scene): PriceFormat {
  if (scale === 'percent') return { type: 'custom', formatter: (value: number) => formatPct(value), minMove: 0.01 }
  return toPriceFormat(scale === 'indexed' ? 2 : decimals)
}

export const indexFormat: PriceFormat = { type: 'price', precision: 1, minMove: 0.1 }

export const volumeFormat: PriceFormat = { type: 'custom', formatter: formatCompactUsd, minMove: 1 }

/** Decimals for differences of prices, such as of MACD and ATR. */
export function toSpanDecimals(values: readonly (number | null)[]): number {
  const sizes = values.flatMap((value) => (value === null || value === 0 ? [] : Math.abs(value)))
  const largest = sizes.reduce((max, size) => Math.max(max, size), 0)
  return toAxisDecimals(0, largest)
}

/** Labels of the time axis. Not the chart's own: it uses `Intl`, whose first use is slow. */
const toTickFormatter = (scene: TimeAxis) => {
  const shift = toAxisOffset(scene)
  return (time: UTCTimestamp, type: TickMarkType): string => {
    const instant = time * 1000 - shift
    const at = new Date(scene.intraday ? instant + toOffset(instant, scene.zone) : instant)
    if (type === TickMarkType.Year) return String(at.getUTCFullYear())
    if (type === TickMarkType.Month) return months[at.getUTCMonth()] ?? ''
    if (type === TickMarkType.DayOfMonth) return String(at.getUTCDate())
    return toClock(at.getTime()).slice(11, 16)
  }
}

export function toOptions(scene: TimeAxis & Pick<Scene, 'colors'>): DeepPartial<ChartOptions> {
  const { colors, intraday } = scene
  const shift = toAxisOffset(scene)
  const crosshair = { color: colors.muted, style: LineStyle.Dotted, labelBackgroundColor: colors['line-strong'] }
  return {
    layout: {
      background: { type: ColorType.Solid, color: colors.surface },
      textColor: colors.muted,
      fontSize: 12,
      attributionLogo: true,
      panes: { separatorColor: colors.line, separatorHoverColor: colors['line-strong'] },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colors.line } },
    crosshair: { mode: CrosshairMode.Normal, vertLine: crosshair, horzLine: crosshair },
    rightPriceScale: { borderColor: colors.line, entireTextOnly: true },
    timeScale: {
      borderColor: colors.line,
      timeVisible: intraday,
      secondsVisible: false,
      minBarSpacing: 0.02,
      maxBarSpacing: maxBarWidth,
      fixLeftEdge: true,
      fixRightEdge: true,
      allowBoldLabels: false,
      tickMarkFormatter: toTickFormatter(scene),
    },
    handleScroll: { vertTouchDrag: false },
    localization: {
      locale: 'en-GB',
      timeFormatter: (time: UTCTimestamp) => formatOpening(time * 1000 - shift, scene),
    },
  }
}
