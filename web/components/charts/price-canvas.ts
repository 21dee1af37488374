import {
  AreaSeries,
  CandlestickSeries,
  type ChartOptions,
  ColorType,
  CrosshairMode,
  createChart,
  type DeepPartial,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  LineStyle,
  TickMarkType,
  type UTCTimestamp,
} from 'lightweight-charts'
import { formatDay, formatFixed, formatMinute, months, toClock } from '@/lib/format'
import type { Slot } from './bars'
import { type ChartColors, fade } from './colors'

/** How the slots are drawn. `intraday`: times of day on the axis. `decimals`: of every price on the axis. */
export type Drawing = {
  slots: Slot[]
  kind: 'candle' | 'line'
  intraday: boolean
  decimals: number
  colors: ChartColors
}

export type PriceCanvas = {
  draw(drawing: Drawing): void
  /** Moves the crosshair to a slot; null takes it away. */
  point(index: number | null): void
  zoom(factor: number): void
  screenshot(): HTMLCanvasElement
  remove(): void
}

type PriceSeries = ISeriesApi<'Candlestick'> | ISeriesApi<'Area'>
/** `last`: the line of the last price. The series' own is labelled with the last price in view, which may be an old one. */
type Parts = { price: PriceSeries; last: IPriceLine; volume: ISeriesApi<'Histogram'> | null }

const widestBar = 36
const toTime = (ms: number) => (ms / 1000) as UTCTimestamp

/** Ticks with as many decimals as their distance needs: 70,000 and 72,500, not 72,500.00. */
function formatTicks(prices: number[], most: number): string[] {
  const isExact = (decimals: number) =>
    prices.every((price) => Math.abs(Number(price.toFixed(decimals)) - price) < 10 ** -most / 2)
  let decimals = 0
  while (decimals < most && !isExact(decimals)) decimals += 1
  return prices.map((price) => formatFixed(price, decimals))
}

/** The label of a mark of the time axis, in UTC. The chart's own way loads the browser's rules for dates, which takes long. */
function formatTickMark(time: UTCTimestamp, type: TickMarkType): string {
  const at = new Date(time * 1000)
  if (type === TickMarkType.Year) return String(at.getUTCFullYear())
  if (type === TickMarkType.Month) return months[at.getUTCMonth()] ?? ''
  if (type === TickMarkType.DayOfMonth) return String(at.getUTCDate())
  return toClock(at.getTime()).slice(11, 16)
}

const toOptions = ({ colors, intraday, decimals }: Drawing): DeepPartial<ChartOptions> => ({
  layout: {
    background: { type: ColorType.Solid, color: colors.surface },
    textColor: colors.muted,
    fontSize: 12,
    attributionLogo: true,
  },
  grid: { vertLines: { visible: false }, horzLines: { color: colors.line } },
  crosshair: {
    mode: CrosshairMode.Normal,
    vertLine: { color: colors.muted, style: LineStyle.Dotted, labelBackgroundColor: colors['line-strong'] },
    horzLine: { color: colors.muted, style: LineStyle.Dotted, labelBackgroundColor: colors['line-strong'] },
  },
  rightPriceScale: { borderColor: colors.line, entireTextOnly: true },
  timeScale: {
    borderColor: colors.line,
    timeVisible: intraday,
    secondsVisible: false,
    minBarSpacing: 0.02,
    maxBarSpacing: widestBar,
    fixLeftEdge: true,
    fixRightEdge: true,
    allowBoldLabels: false,
    tickMarkFormatter: formatTickMark,
  },
  handleScroll: { mouseWheel: false, vertTouchDrag: false },
  handleScale: { mouseWheel: false },
  localization: {
    locale: 'en-GB',
    timeFormatter: (time: UTCTimestamp) => (intraday ? formatMinute(time * 1000) : formatDay(time * 1000)),
    priceFormatter: (price: number) => formatFixed(price, decimals),
    tickmarksPriceFormatter: (prices: number[]) => formatTicks(prices, decimals),
  },
})

const withLast = (price: PriceSeries, volume: Parts['volume']): Parts => ({
  price,
  last: price.createPriceLine({
    price: 0,
    lineWidth: 1,
    lineStyle: LineStyle.Dashed,
    lineVisible: false,
    axisLabelVisible: false,
  }),
  volume,
})

const unmarked = { lastValueVisible: false, priceLineVisible: false } as const

function addSeries(chart: IChartApi, { kind }: Drawing): Parts {
  if (kind === 'line')
    return withLast(chart.addSeries(AreaSeries, { ...unmarked, lineWidth: 2, crosshairMarkerRadius: 3 }), null)
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    ...unmarked,
  })
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } })
  return withLast(chart.addSeries(CandlestickSeries, { ...unmarked, borderVisible: false }), volume)
}

function paint({ price, volume }: Parts, { kind, colors, decimals }: Drawing): void {
  const shared = { priceFormat: { type: 'price', precision: decimals, base: 10 ** decimals } } as const
  const margins = { top: 0.06, bottom: volume === null ? 0.06 : 0.2 }
  price.priceScale().applyOptions({ scaleMargins: margins })
  if (kind === 'line') {
    const fill = fade(colors.accent, 0.08)
    const line = { lineColor: colors.accent, topColor: fill, bottomColor: fill }
    price.applyOptions({ ...shared, ...line })
    return
  }
  const { up, down } = colors
  price.applyOptions({ ...shared, upColor: up, downColor: down, wickUpColor: up, wickDownColor: down })
}

const clear = 'transparent'

function toPoint({ time: ms, bar, cut }: Slot, { kind }: Drawing) {
  const time = toTime(ms)
  if (bar === null) return { time }
  if (kind === 'candle') return { time, open: bar.open, high: bar.high, low: bar.low, close: bar.close }
  return { time, value: bar.close, ...(cut ? { lineColor: clear, topColor: clear, bottomColor: clear } : {}) }
}

function toVolume({ time: ms, bar }: Slot, { up, down }: ChartColors) {
  const time = toTime(ms)
  if (bar === null || bar.volume === null) return { time }
  return { time, value: bar.volume, color: fade(bar.close >= bar.open ? up : down, 0.22) }
}

function markLast({ last }: Parts, { slots, kind, colors }: Drawing): void {
  const bar = slots.findLast((slot) => slot.bar !== null)?.bar
  if (bar === undefined || bar === null) return last.applyOptions({ lineVisible: false, axisLabelVisible: false })
  const color = kind === 'line' ? colors.accent : bar.close >= bar.open ? colors.up : colors.down
  last.applyOptions({ price: bar.close, color, lineVisible: true, axisLabelVisible: true })
}

/** Where the new slots differ from the drawn ones, if that is at the end only; else null: all must be drawn anew. */
function findTail(drawn: Drawing | undefined, next: Drawing): number | null {
  if (drawn === undefined || drawn.kind !== next.kind || drawn.slots.length === 0) return null
  const from = drawn.slots.findIndex((slot, index) => slot !== next.slots[index])
  if (from === -1) return drawn.slots.length
  return from === drawn.slots.length - 1 && next.slots.length > from && drawn.slots[0]?.time === next.slots[0]?.time
    ? from
    : null
}

/** A price chart on a canvas in `container`. `onPoint` tells the slot under the crosshair. */
export function openPriceCanvas(container: HTMLElement, onPoint: (index: number | null) => void): PriceCanvas {
  const chart = createChart(container, {
    autoSize: true,
    layout: { fontFamily: getComputedStyle(container).fontFamily },
  })
  let drawn: Drawing | undefined
  let parts: Parts | undefined
  let pointed: number | null = null
  const isWhole = () => {
    const range = chart.timeScale().getVisibleLogicalRange()
    return range === null || (range.from <= 0.5 && range.to >= (drawn?.slots.length ?? 0) - 1.5)
  }
  chart.subscribeClick(({ logical }) => {
    if (logical !== undefined) point(Math.round(logical))
  })
  chart.subscribeCrosshairMove(({ logical, point, sourceEvent }) => {
    if (sourceEvent !== undefined) pointed = null
    onPoint(point === undefined || logical === undefined ? null : Math.round(logical))
  })
  // The scale of prices follows what is in view a frame later, and the crosshair stands at a price.
  chart.timeScale().subscribeVisibleLogicalRangeChange(() => requestAnimationFrame(() => mark()))
  /** The crosshair and the figures at the slot that is pointed at. */
  const mark = () => {
    const slot = pointed === null ? undefined : drawn?.slots[pointed]
    if (slot === undefined || parts === undefined) return
    chart.setCrosshairPosition(slot.bar?.close ?? 0, toTime(slot.time), parts.price)
    onPoint(pointed)
  }
  /** Moves what is in view so that a slot is. */
  const reveal = (index: number) => {
    const range = chart.timeScale().getVisibleLogicalRange()
    if (range === null || (index >= range.from && index <= range.to)) return
    const width = range.to - range.from
    const from = index < range.from ? index - 0.5 : index + 0.5 - width
    chart.timeScale().setVisibleLogicalRange({ from, to: from + width })
  }
  const point = (index: number | null) => {
    const slot = index === null ? undefined : drawn?.slots[index]
    pointed = slot === undefined ? null : index
    if (pointed !== null) reveal(pointed)
    if (slot !== undefined) return mark()
    chart.clearCrosshairPosition()
    onPoint(null)
  }
  const drawAll = ({ price, volume }: Parts, next: Drawing) => {
    price.setData(next.slots.map((slot) => toPoint(slot, next)))
    volume?.setData(next.slots.map((slot) => toVolume(slot, next.colors)))
  }
  const draw = (next: Drawing) => {
    const isRestyled = drawn?.colors !== next.colors || drawn.decimals !== next.decimals
    const tail = isRestyled ? null : findTail(drawn, next)
    const fits = isWhole() || drawn?.slots[0]?.time !== next.slots[0]?.time
    if (drawn === undefined || isRestyled || drawn.intraday !== next.intraday) chart.applyOptions(toOptions(next))
    if (parts === undefined || drawn?.kind !== next.kind) {
      if (parts !== undefined)
        for (const series of [parts.price, parts.volume]) if (series !== null) chart.removeSeries(series)
      parts = addSeries(chart, next)
      paint(parts, next)
    } else if (isRestyled) paint(parts, next)
    if (tail === null) drawAll(parts, next)
    else
      for (const slot of next.slots.slice(tail)) {
        parts.price.update(toPoint(slot, next))
        parts.volume?.update(toVolume(slot, next.colors))
      }
    markLast(parts, next)
    const grew = drawn?.slots.length !== next.slots.length
    drawn = next
    if (fits && (tail === null || grew)) chart.timeScale().fitContent()
  }
  return {
    draw,
    point,
    zoom: (factor) => {
      const range = chart.timeScale().getVisibleLogicalRange()
      if (range === null) return
      const width = Math.max(5, (range.to - range.from) * factor)
      const last = (drawn?.slots.length ?? 0) - 0.5
      if (width >= last) chart.timeScale().fitContent()
      else {
        const around = pointed ?? range.to
        const from = around - ((around - range.from) / (range.to - range.from)) * width
        const start = Math.min(Math.max(-0.5, from), last - width)
        chart.timeScale().setVisibleLogicalRange({ from: start, to: start + width })
      }
    },
    screenshot: () => chart.takeScreenshot(),
    remove: () => {
      pointed = null
      chart.remove()
    },
  }
}
