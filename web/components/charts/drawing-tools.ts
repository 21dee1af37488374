import type { IChartApi } from 'lightweight-charts'
import type { PriceSeries } from './canvas-series'
import { DrawingLayer } from './drawing-layer'
import { readDrawings, writeDrawings } from './drawing-store'
import {
  type Anchor,
  anchorCounts,
  type Drawing,
  moveDrawing,
  type Pixel,
  parseDrawings,
  startDrawing,
  type Tool,
} from './drawings'
import type { Scene } from './scene'

/** State of the drawing tools for the toolbar. */
export type DrawingState = { tool: Tool | null; count: number; hasSelection: boolean }

const reach = { mouse: 5, touch: 14 }
/** A press that moves further draws from its start to its end; a shorter one waits for a second press. */
const dragDistance = 6

/** The drawings of one coin on a chart, kept on this device. */
export class DrawingTools {
  readonly #layer = new DrawingLayer()
  readonly #chart: IChartApi
  readonly #container: HTMLElement
  readonly #coin: string
  readonly #onState: (state: DrawingState) => void
  #series: PriceSeries | undefined
  #drawings: Drawing[] = []
  #draft: Drawing | null = null
  #selected: string | null = null
  #tool: Tool | null = null
  #text = ''
  #pressedAt: Pixel | null = null
  #drag: { drawing: Drawing; part: number | 'body'; start: Anchor } | null = null

  constructor(
    chart: IChartApi,
    container: HTMLElement,
    options: { coin: string; onState: (state: DrawingState) => void },
  ) {
    this.#chart = chart
    this.#container = container
    this.#coin = options.coin
    this.#onState = options.onState
    this.#drawings = parseDrawings(readDrawings(options.coin))
    container.addEventListener('pointerdown', this.#onDown, { capture: true })
    container.addEventListener('pointermove', this.#onMove)
    container.addEventListener('pointerup', this.#onUp)
    container.addEventListener('pointercancel', this.#onUp)
    this.#update()
  }

  /** Paints the drawings over a series; the series before it is gone. */
  attach(series: PriceSeries, scene: Scene): void {
    this.#layer.setScene(scene)
    if (this.#series === series) return
    this.#series = series
    series.attachPrimitive(this.#layer)
    this.#update()
  }

  /** Starts drawing with a tool; null ends it. `text`: what the text tool writes. */
  use(tool: Tool | null, text = ''): void {
    this.#tool = tool
    this.#text = text
    this.#draft = null
    this.#selected = null
    this.#container.style.touchAction = tool === null ? '' : 'none'
    this.#container.style.cursor = tool === null ? '' : 'crosshair'
    this.#setInteractive(tool === null)
    this.#update()
  }

  /** Places a point of the current tool, for keyboards; false without a tool. */
  place(anchor: Anchor): boolean {
    if (this.#tool === null) return false
    if (this.#draft !== null) {
      this.#draft = moveDrawing(this.#draft, 1, anchor, anchor)
      this.#finish()
    } else this.#start(this.#tool, anchor)
    return true
  }

  removeSelected(): void {
    this.#drawings = this.#drawings.filter(({ id }) => id !== this.#selected)
    this.#selected = null
    this.#save()
  }

  removeAll(): void {
    this.#drawings = []
    this.#selected = null
    this.#save()
  }

  destroy(): void {
    this.#container.removeEventListener('pointerdown', this.#onDown, { capture: true })
    this.#container.removeEventListener('pointermove', this.#onMove)
    this.#container.removeEventListener('pointerup', this.#onUp)
    this.#container.removeEventListener('pointercancel', this.#onUp)
  }

  #save(): void {
    writeDrawings(this.#coin, this.#drawings)
    this.#update()
  }

  #update(): void {
    this.#layer.show(this.#draft === null ? this.#drawings : [...this.#drawings, this.#draft], this.#selected)
    this.#onState({ tool: this.#tool, count: this.#drawings.length, hasSelection: this.#selected !== null })
  }

  /** Whether dragging moves the chart. */
  #setInteractive(isInteractive: boolean): void {
    this.#chart.applyOptions({ handleScroll: { pressedMouseMove: isInteractive, horzTouchDrag: isInteractive } })
  }

  #start(tool: Tool, anchor: Anchor): void {
    this.#draft = startDrawing(tool, anchor, this.#text)
    if (anchorCounts[tool] === 1) this.#finish()
    else this.#update()
  }

  #finish(): void {
    if (this.#draft === null) return
    const { id } = this.#draft
    this.#drawings = [...this.#drawings, this.#draft]
    this.use(null)
    this.#selected = id
    this.#save()
  }

  /** The point of the price pane under the pointer; null outside it. */
  #toPixel({ clientX, clientY }: PointerEvent): Pixel | null {
    const pane = this.#chart.panes()[0]?.getHTMLElement()?.getBoundingClientRect()
    if (pane === undefined) return null
    const [x, y] = [clientX - pane.left, clientY - pane.top]
    return x >= 0 && y >= 0 && y <= pane.height && x <= this.#chart.timeScale().width() ? { x, y } : null
  }

  #onDown = (event: PointerEvent): void => {
    const at = this.#toPixel(event)
    const anchor = at === null ? null : this.#layer.toAnchor(at)
    if (at === null || anchor === null || event.button !== 0) return
    this.#pressedAt = at
    if (this.#tool !== null) {
      this.place(anchor)
      return
    }
    const hit = this.#layer.find(at, event.pointerType === 'mouse' ? reach.mouse : reach.touch)
    if (hit === null && this.#selected === null) return
    this.#selected = hit?.drawing.id ?? null
    if (hit !== null) {
      this.#drag = { ...hit, start: anchor }
      this.#setInteractive(false)
    }
    this.#update()
  }

  #onMove = (event: PointerEvent): void => {
    if (this.#draft === null && this.#drag === null) return
    const at = this.#toPixel(event)
    const anchor = at === null ? null : this.#layer.toAnchor(at)
    if (anchor === null) return
    if (this.#draft !== null) this.#draft = moveDrawing(this.#draft, 1, anchor, anchor)
    if (this.#drag !== null) {
      const moved = moveDrawing(this.#drag.drawing, this.#drag.part, this.#drag.start, anchor)
      this.#drawings = this.#drawings.map((drawing) => (drawing.id === moved.id ? moved : drawing))
    }
    this.#update()
  }

  #onUp = (event: PointerEvent): void => {
    const [at, pressedAt] = [this.#toPixel(event), this.#pressedAt]
    this.#pressedAt = null
    if (this.#drag !== null) {
      this.#drag = null
      this.#setInteractive(true)
      this.#save()
    }
    if (this.#draft === null || at === null || pressedAt === null) return
    if (Math.hypot(at.x - pressedAt.x, at.y - pressedAt.y) > dragDistance) this.#finish()
  }
}
