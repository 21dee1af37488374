import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts'
import { formatFixed } from '@/lib/format'
import { fade } from './colors'
import { type Anchor, type Drawing, findHit, type Pixel, type Shape, toShape } from './drawings'
import { type Scene, toAxis } from './scene'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]
type Hit = { drawing: Drawing; part: number | 'body' }

const handleRadius = 4

/** Paints the drawings of a chart over its price series. */
export class DrawingLayer implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time> | null = null
  #scene: Scene | null = null
  #drawings: readonly Drawing[] = []
  #selected: string | null = null
  readonly #views: IPrimitivePaneView[] = [{ zOrder: () => 'top', renderer: () => ({ draw: this.#draw }) }]

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter
  }

  detached(): void {
    this.#attached = null
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views
  }

  show(drawings: readonly Drawing[], selected: string | null): void {
    this.#drawings = drawings
    this.#selected = selected
    this.#attached?.requestUpdate()
  }

  setScene(scene: Scene): void {
    this.#scene = scene
  }

  /** The drawing under a point of the pane, the topmost first. */
  find(at: Pixel, reach: number): Hit | null {
    for (const drawing of this.#drawings.toReversed()) {
      const shape = this.#toShape(drawing)
      const part = shape === null ? null : findHit(shape, at, reach)
      if (part !== null) return { drawing, part }
    }
    return null
  }

  /** The instant and price of a point of the pane; null outside the scales. */
  toAnchor({ x, y }: Pixel): Anchor | null {
    const [scene, attached] = [this.#scene, this.#attached]
    const start = scene?.slots[0]?.time
    if (attached === null || scene === null || start === undefined) return null
    const logical = attached.chart.timeScale().coordinateToLogical(x)
    const value = attached.series.coordinateToPrice(y)
    if (logical === null || value === null) return null
    return { time: start + logical * scene.stepMs, price: toAxis(scene).toPrice(value) }
  }

  #project = ({ time, price }: Anchor): Pixel | null => {
    const [scene, attached] = [this.#scene, this.#attached]
    const start = scene?.slots[0]?.time
    if (attached === null || scene === null || start === undefined) return null
    const x = attached.chart.timeScale().logicalToCoordinate(((time - start) / scene.stepMs) as Logical)
    const y = attached.series.priceToCoordinate(toAxis(scene).toValue(price))
    return x === null || y === null ? null : { x, y }
  }

  #toShape(drawing: Drawing): Shape | null {
    const width = this.#attached?.chart.timeScale().width() ?? 0
    const decimals = this.#scene?.decimals ?? 2
    return toShape(drawing, this.#project, { width, formatPrice: (price) => formatFixed(price, decimals) })
  }

  #draw = (target: Target): void => {
    target.useMediaCoordinateSpace(({ context }) => {
      for (const drawing of this.#drawings) this.#paint(context, drawing)
    })
  }

  #paint(context: CanvasRenderingContext2D, drawing: Drawing): void {
    const shape = this.#toShape(drawing)
    const colors = this.#scene?.colors
    if (shape === null || colors === undefined) return
    context.save()
    context.font = `12px ${getComputedStyle(document.body).fontFamily}`
    context.textBaseline = 'middle'
    context.lineWidth = 1.5
    for (const { from, to, label, isFaint } of shape.segments) {
      context.strokeStyle = isFaint === true ? fade(colors.muted, 0.6) : colors.accent
      context.setLineDash(isFaint === true ? [4, 4] : [])
      context.beginPath()
      context.moveTo(from.x, from.y)
      context.lineTo(to.x, to.y)
      context.stroke()
      context.fillStyle = colors.muted
      if (label !== undefined) context.fillText(label, Math.min(from.x, to.x) + 4, from.y - 8)
    }
    context.setLineDash([])
    context.strokeStyle = colors.accent
    if (shape.box !== null) {
      const { from, to } = shape.box
      context.fillStyle = fade(colors.accent, 0.12)
      context.fillRect(from.x, from.y, to.x - from.x, to.y - from.y)
      context.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y)
    }
    context.fillStyle = colors.text
    if (shape.text !== null) context.fillText(shape.text.text, shape.text.at.x, shape.text.at.y)
    if (drawing.id === this.#selected) {
      context.fillStyle = colors.surface
      for (const { x, y } of shape.handles) {
        context.beginPath()
        context.arc(x, y, handleRadius, 0, 2 * Math.PI)
        context.fill()
        context.stroke()
      }
    }
    context.restore()
  }
}
