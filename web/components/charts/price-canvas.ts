import { createChart, type IChartApi, type UTCTimestamp } from 'lightweight-charts'
import { toAxisOffset, toOptions } from './canvas-options'
import { type Panes, paint, preparePanes } from './canvas-series'
import { reveal, zoomAround } from './canvas-view'
import { hasDrawings } from './drawing-store'
import type { DrawingState, DrawingTools } from './drawing-tools'
import { type Scene, toAxis } from './scene'

type CanvasEvents = {
  /** Index of the slot under the crosshair, null without one. */
  onPoint: (index: number | null) => void
  onDrawings: (state: DrawingState) => void
}

/** First slot that differs from the drawn ones, when only the end differs; null: all must be redrawn. */
function findTail(drawn: Scene | undefined, next: Scene): number | null {
  if (drawn === undefined || drawn.slots.length === 0) return null
  if (drawn.kind !== next.kind || drawn.zone !== next.zone || drawn.compared !== next.compared) return null
  if (drawn.first !== next.first || drawn.slots[0]?.time !== next.slots[0]?.time) return null
  if (next.slots.length > drawn.slots.length + 1) return null
  const from = drawn.slots.findIndex((slot, index) => slot !== next.slots[index])
  if (from === -1) return drawn.slots.length
  return from === drawn.slots.length - 1 && next.slots.length > from ? from : null
}

/** A price chart in `container`, with the drawings of a coin. */
export class PriceCanvas {
  readonly #chart: IChartApi
  readonly #container: HTMLElement
  readonly #coin: string
  readonly #events: CanvasEvents
  #drawings: Promise<DrawingTools> | undefined
  #tools: DrawingTools | undefined
  #isRemoved = false
  #drawn: Scene | undefined
  #panes: Panes | undefined
  /** Index of the slot that `point` selected. */
  #pointed: number | null = null

  constructor(container: HTMLElement, coin: string, events: CanvasEvents) {
    this.#container = container
    this.#coin = coin
    this.#events = events
    const { fontFamily } = getComputedStyle(container)
    this.#chart = createChart(container, { autoSize: true, layout: { fontFamily } })
    if (hasDrawings(coin)) void this.openDrawings().catch(() => {})
    this.#chart.subscribeClick(({ logical }) => {
      if (logical !== undefined) this.point(Math.round(logical))
    })
    this.#chart.subscribeDblClick(() => this.reset())
    this.#chart.subscribeCrosshairMove(({ logical, point, sourceEvent }) => {
      if (sourceEvent !== undefined) this.#pointed = null
      events.onPoint(point === undefined || logical === undefined ? null : Math.round(logical))
    })
    // The price scale follows the visible range one frame later, and the crosshair needs a price.
    this.#chart
      .timeScale()
      .subscribeVisibleLogicalRangeChange(() => requestAnimationFrame(() => this.#updateCrosshair()))
  }

  draw(next: Scene): void {
    const drawn = this.#drawn
    const isRestyled =
      drawn === undefined ||
      drawn.colors !== next.colors ||
      drawn.decimals !== next.decimals ||
      drawn.intraday !== next.intraday ||
      drawn.zone !== next.zone
    const isOtherRange =
      drawn === undefined ||
      drawn.stepMs !== next.stepMs ||
      drawn.slots[drawn.first]?.time !== next.slots[next.first]?.time
    const fits = isOtherRange || this.#showsRange()
    if (isRestyled) this.#chart.applyOptions(toOptions(next))
    const panes = preparePanes(this.#chart, this.#panes, next)
    const tail = isRestyled || panes !== this.#panes ? null : findTail(drawn, next)
    this.#panes = panes
    this.#drawn = next
    paint(panes, next, tail)
    this.#tools?.attach(panes.price, next)
    if (fits && (tail === null || drawn?.slots.length !== next.slots.length)) this.reset()
  }

  /** The drawing tools, whose code is loaded when a coin has drawings or they are used first. */
  openDrawings(): Promise<DrawingTools> {
    this.#drawings ??= import('./drawing-tools').then(({ DrawingTools }) => {
      const tools = new DrawingTools(this.#chart, this.#container, {
        coin: this.#coin,
        onState: this.#events.onDrawings,
      })
      if (this.#isRemoved) tools.destroy()
      else if (this.#panes !== undefined && this.#drawn !== undefined) tools.attach(this.#panes.price, this.#drawn)
      this.#tools = tools
      return tools
    })
    return this.#drawings
  }

  removeDrawing(): void {
    this.#tools?.removeSelected()
  }

  /** Shows the whole range. */
  reset(): void {
    const scene = this.#drawn
    if (scene === undefined) return
    this.#chart.priceScale('right').setAutoScale(true)
    this.#chart.timeScale().setVisibleLogicalRange({ from: scene.first - 0.5, to: scene.slots.length - 0.5 })
  }

  /** Moves the crosshair to a slot; null hides it. */
  point(index: number | null): void {
    const slot = index === null ? undefined : this.#drawn?.slots[index]
    this.#pointed = slot === undefined ? null : index
    if (this.#pointed !== null) {
      reveal(this.#chart, this.#pointed)
      return this.#updateCrosshair()
    }
    this.#chart.clearCrosshairPosition()
    this.#events.onPoint(null)
  }

  /** Places a point of the drawing tool at the close of a slot; false without a tool. */
  place(index: number): boolean {
    const slot = this.#drawn?.slots[index]
    return slot?.bar != null && this.#tools?.place({ time: slot.time, price: slot.bar.close }) === true
  }

  zoom(factor: number): void {
    zoomAround(this.#chart, { factor, center: this.#pointed, slots: this.#drawn?.slots.length ?? 0 })
  }

  screenshot(): HTMLCanvasElement {
    return this.#chart.takeScreenshot(true)
  }

  remove(): void {
    this.#pointed = null
    this.#isRemoved = true
    this.#tools?.destroy()
    this.#chart.remove()
  }

  #showsRange(): boolean {
    const range = this.#chart.timeScale().getVisibleLogicalRange()
    const { first = 0, slots = [] } = this.#drawn ?? {}
    return range === null || (Math.abs(range.from - first) <= 1 && range.to >= slots.length - 1.5)
  }

  /** Moves crosshair and readout to the pointed slot. */
  #updateCrosshair(): void {
    const [scene, panes] = [this.#drawn, this.#panes]
    const slot = this.#pointed === null ? undefined : scene?.slots[this.#pointed]
    if (slot === undefined || scene === undefined || panes === undefined) return
    const time = ((slot.time + toAxisOffset(scene)) / 1000) as UTCTimestamp
    this.#chart.setCrosshairPosition(toAxis(scene).toValue(slot.bar?.close ?? 0), time, panes.price)
    this.#events.onPoint(this.#pointed)
  }
}
