import {
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type PriceFormat,
  type UTCTimestamp,
} from 'lightweight-charts'
import { toMode, toOptions } from '@/components/charts/canvas-options'
import { reveal, zoomAround } from '@/components/charts/canvas-view'
import { type CompareScene, formatFigure } from './compare-scene'

/** The smallest step of the axis, as a share of the smallest value. */
const stepShare = 1e-4

function toFormat({ figure, currency, lines }: CompareScene): PriceFormat {
  const known = lines.flatMap(({ values }) => values.flatMap((value) => (value === null ? [] : Math.abs(value))))
  const smallest = known.reduce((min, value) => (value > 0 && value < min ? value : min), Number.POSITIVE_INFINITY)
  const step =
    figure === 'price' && Number.isFinite(smallest) ? 10 ** Math.floor(Math.log10(smallest * stepShare)) : 1e-4
  return { type: 'custom', formatter: (value: number) => formatFigure(value, figure, currency), minMove: step }
}

/** Free space after the last day, for the symbols of the coins in px. */
const labelWidth = 52

const toTime = (time: number) => (time / 1000) as UTCTimestamp

/** Lines of several coins in `container`. `onPoint`: the index of the day under the crosshair, null without one. */
export class CompareCanvas {
  readonly #chart: IChartApi
  readonly #onPoint: (index: number | null) => void
  #series: ISeriesApi<'Line'>[] = []
  #drawn: CompareScene | undefined
  /** Index of the day that `point` selected. */
  #pointed: number | null = null

  constructor(container: HTMLElement, onPoint: (index: number | null) => void) {
    this.#onPoint = onPoint
    const { fontFamily } = getComputedStyle(container)
    this.#chart = createChart(container, { autoSize: true, layout: { fontFamily } })
    this.#chart.subscribeClick(({ logical }) => {
      if (logical !== undefined) this.point(Math.round(logical))
    })
    this.#chart.subscribeDblClick(() => this.reset())
    this.#chart.subscribeCrosshairMove(({ logical, point, sourceEvent }) => {
      if (sourceEvent !== undefined) this.#pointed = null
      onPoint(point === undefined || logical === undefined ? null : Math.round(logical))
    })
    // The price scale follows the visible range one frame later, and the crosshair needs a price.
    this.#chart
      .timeScale()
      .subscribeVisibleLogicalRangeChange(() => requestAnimationFrame(() => this.#updateCrosshair()))
  }

  draw(next: CompareScene): void {
    const isSameRange = this.#drawn?.times.join() === next.times.join()
    this.#drawn = next
    const slots = next.times.map((time) => ({ time }))
    this.#chart.applyOptions(toOptions({ zone: 'utc', intraday: false, slots, colors: next.colors }))
    this.#chart.timeScale().applyOptions({ fixRightEdge: false })
    this.#drawLines(next)
    this.#chart
      .priceScale('right')
      .applyOptions({ mode: toMode(next.scale), scaleMargins: { top: 0.06, bottom: 0.06 } })
    if (!isSameRange) this.reset()
  }

  /** One series per line: lines keep those that are there. */
  #drawLines(scene: CompareScene): void {
    const { lines, times, colors } = scene
    for (const series of this.#series.splice(lines.length)) this.#chart.removeSeries(series)
    while (this.#series.length < lines.length)
      this.#series.push(this.#chart.addSeries(LineSeries, { priceLineVisible: false, lineWidth: 2 }))
    const priceFormat = toFormat(scene)
    for (const [index, series] of this.#series.entries()) {
      const line = lines[index]
      if (line === undefined) continue
      const lineStyle = line.isDashed ? LineStyle.Dashed : LineStyle.Solid
      series.applyOptions({ color: colors[line.color], lineStyle, title: line.symbol, priceFormat })
      series.setData(
        times.map((time, at) => {
          const value = line.values[at] ?? null
          return value === null ? { time: toTime(time) } : { time: toTime(time), value }
        }),
      )
    }
  }

  /** Shows the whole range. */
  reset(): void {
    this.#chart.priceScale('right').setAutoScale(true)
    const days = this.#drawn?.times.length ?? 0
    const width = this.#chart.timeScale().width()
    const margin = width > 2 * labelWidth ? (days * labelWidth) / (width - labelWidth) : 0
    this.#chart.timeScale().setVisibleLogicalRange({ from: -0.5, to: days - 0.5 + margin })
  }

  /** Moves the crosshair to a day; null hides it. */
  point(index: number | null): void {
    this.#pointed = index === null || this.#drawn?.times[index] === undefined ? null : index
    if (this.#pointed !== null) {
      reveal(this.#chart, this.#pointed)
      return this.#updateCrosshair()
    }
    this.#chart.clearCrosshairPosition()
    this.#onPoint(null)
  }

  zoom(factor: number): void {
    zoomAround(this.#chart, { factor, center: this.#pointed, slots: this.#drawn?.times.length ?? 0 })
  }

  screenshot(): HTMLCanvasElement {
    return this.#chart.takeScreenshot(true)
  }

  remove(): void {
    this.#pointed = null
    this.#chart.remove()
  }

  #updateCrosshair(): void {
    const time = this.#pointed === null ? undefined : this.#drawn?.times[this.#pointed]
    const [series] = this.#series
    if (time === undefined || series === undefined) return
    this.#chart.setCrosshairPosition(this.#drawn?.lines[0]?.values[this.#pointed ?? 0] ?? 0, toTime(time), series)
    this.#onPoint(this.#pointed)
  }
}
