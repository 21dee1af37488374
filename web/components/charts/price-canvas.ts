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

/** Input of the chart. `intraday`: time of day on the axis. `decimals`: of prices on the axis. */
export type Drawing = {
  slots: Slot[]
  kind: 'candle' | 'line'
  intraday: boolean
  decimals: number
  colors: ChartColors
}

type PriceSeries = ISeriesApi<'Candlestick'> | ISeriesApi<'Area'>
/** `last`: line of the last price. The series' own line uses the last visible price instead. */
type ChartSeries = { price: PriceSeries; last: IPriceLine; volume: ISeriesApi<'Histogram'> | null }

const maxBarWidth = 36
const toTime = (ms: number) => (ms / 1000) as UTCTimestamp

/** Axis labels with as few decimals as are exact: 72,500, not 72,500.00. */
function formatTicks(prices: number[], maxDecimals: number): string[] {
  const isExact = (decimals: number) =>
    prices.every((price) => Math.abs(Number(price.toFixed(decimals)) - price) < 10 ** -maxDecimals / 2)
  let decimals = 0
  while (decimals < maxDecimals && !isExact(decimals)) decimals += 1
  return prices.map((price) => formatFixed(price, decimals))
}

/** Label of the time axis, in UTC. Not the chart's own: it uses `Intl`, whose first use is slow. */
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
    maxBarSpacing: maxBarWidth,
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

const withLast = (price: PriceSeries, volume: ChartSeries['volume']): ChartSeries => ({
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

function addSeries(chart: IChartApi, { kind }: Drawing): ChartSeries {
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

function paint({ price, volume }: ChartSeries, { kind, colors, decimals }: Drawing): void {
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

function markLast({ last }: ChartSeries, { slots, kind, colors }: Drawing): void {
  const bar = slots.findLast((slot) => slot.bar !== null)?.bar
  if (bar === undefined || bar === null) return last.applyOptions({ lineVisible: false, axisLabelVisible: false })
  const color = kind === 'line' ? colors.accent : bar.close >= bar.open ? colors.up : colors.down
  last.applyOptions({ price: bar.close, color, lineVisible: true, axisLabelVisible: true })
}

/** First slot that differs from the drawn ones, when only the end differs; null: all must be redrawn. */
function findTail(drawn: Drawing | undefined, next: Drawing): number | null {
  if (drawn === undefined || drawn.kind !== next.kind || drawn.slots.length === 0) return null
  const from = drawn.slots.findIndex((slot, index) => slot !== next.slots[index])
  if (from === -1) return drawn.slots.length
  return from === drawn.slots.length - 1 && next.slots.length > from && drawn.slots[0]?.time === next.slots[0]?.time
    ? from
    : null
}

/** A price chart in `container`. `onPoint` receives the index of the slot under the crosshair, null without one. */
export class PriceCanvas {
  readonly #chart: IChartApi
  readonly #onPoint: (index: number | null) => void
  #drawn: Drawing | undefined
  #series: ChartSeries | undefined
  /** Index of the slot that `point` selected. */
  #pointed: number | null = null

  constructor(container: HTMLElement, onPoint: (index: number | null) => void) {
    this.#onPoint = onPoint
    const { fontFamily } = getComputedStyle(container)
    this.#chart = createChart(container, { autoSize: true, layout: { fontFamily } })
    this.#chart.subscribeClick(({ logical }) => {
      if (logical !== undefined) this.point(Math.round(logical))
    })
    this.#chart.subscribeCrosshairMove(({ logical, point, sourceEvent }) => {
      if (sourceEvent !== undefined) this.#pointed = null
      onPoint(point === undefined || logical === undefined ? null : Math.round(logical))
    })
    // The price scale follows the visible range one frame later, and the crosshair needs a price.
    this.#chart
      .timeScale()
      .subscribeVisibleLogicalRangeChange(() => requestAnimationFrame(() => this.#updateCrosshair()))
  }

  draw(next: Drawing): void {
    const drawn = this.#drawn
    const isRestyled = drawn?.colors !== next.colors || drawn.decimals !== next.decimals
    const tail = isRestyled ? null : findTail(drawn, next)
    const fits = this.#showsAll() || drawn?.slots[0]?.time !== next.slots[0]?.time
    if (drawn === undefined || isRestyled || drawn.intraday !== next.intraday) this.#chart.applyOptions(toOptions(next))
    const series = this.#prepareSeries(next, isRestyled)
    if (tail === null) {
      series.price.setData(next.slots.map((slot) => toPoint(slot, next)))
      series.volume?.setData(next.slots.map((slot) => toVolume(slot, next.colors)))
    } else
      for (const slot of next.slots.slice(tail)) {
        series.price.update(toPoint(slot, next))
        series.volume?.update(toVolume(slot, next.colors))
      }
    markLast(series, next)
    this.#drawn = next
    if (fits && (tail === null || drawn?.slots.length !== next.slots.length)) this.#chart.timeScale().fitContent()
  }

  /** Moves the crosshair to a slot; null hides it. */
  point(index: number | null): void {
    const slot = index === null ? undefined : this.#drawn?.slots[index]
    this.#pointed = slot === undefined ? null : index
    if (this.#pointed !== null) {
      this.#reveal(this.#pointed)
      return this.#updateCrosshair()
    }
    this.#chart.clearCrosshairPosition()
    this.#onPoint(null)
  }

  zoom(factor: number): void {
    const scale = this.#chart.timeScale()
    const range = scale.getVisibleLogicalRange()
    if (range === null) return
    const width = Math.max(5, (range.to - range.from) * factor)
    const last = (this.#drawn?.slots.length ?? 0) - 0.5
    if (width >= last) return scale.fitContent()
    const center = this.#pointed ?? range.to
    const from = center - ((center - range.from) / (range.to - range.from)) * width
    const start = Math.min(Math.max(-0.5, from), last - width)
    scale.setVisibleLogicalRange({ from: start, to: start + width })
  }

  screenshot(): HTMLCanvasElement {
    return this.#chart.takeScreenshot()
  }

  remove(): void {
    this.#pointed = null
    this.#chart.remove()
  }

  #showsAll(): boolean {
    const range = this.#chart.timeScale().getVisibleLogicalRange()
    return range === null || (range.from <= 0.5 && range.to >= (this.#drawn?.slots.length ?? 0) - 1.5)
  }

  /** The series for the kind of chart, created or restyled where needed. */
  #prepareSeries(next: Drawing, isRestyled: boolean): ChartSeries {
    const current = this.#series
    if (current !== undefined && this.#drawn?.kind === next.kind) {
      if (isRestyled) paint(current, next)
      return current
    }
    for (const series of [current?.price, current?.volume]) if (series) this.#chart.removeSeries(series)
    const series = addSeries(this.#chart, next)
    paint(series, next)
    this.#series = series
    return series
  }

  /** Moves crosshair and readout to the pointed slot. */
  #updateCrosshair(): void {
    const slot = this.#pointed === null ? undefined : this.#drawn?.slots[this.#pointed]
    if (slot === undefined || this.#series === undefined) return
    this.#chart.setCrosshairPosition(slot.bar?.close ?? 0, toTime(slot.time), this.#series.price)
    this.#onPoint(this.#pointed)
  }

  /** Scrolls a slot into the visible range. */
  #reveal(index: number): void {
    const scale = this.#chart.timeScale()
    const range = scale.getVisibleLogicalRange()
    if (range === null || (index >= range.from && index <= range.to)) return
    const width = range.to - range.from
    const from = index < range.from ? index - 0.5 : index + 0.5 - width
    scale.setVisibleLogicalRange({ from, to: from + width })
  }
}
