type Painter = { context: CanvasRenderingContext2D; left: number; top: number }

const sides = ['Top', 'Right', 'Bottom', 'Left'] as const

const isVisible = (style: CSSStyleDeclaration): boolean =>
  style.display !== 'none' && style.visibility !== 'hidden' && style.clipPath === 'none'

function toRadius(style: CSSStyleDeclaration, { width, height }: DOMRect): number {
  const text = style.borderTopLeftRadius
  const radius = text.endsWith('%') ? (Number.parseFloat(text) / 100) * width : Number.parseFloat(text)
  return Math.min(radius || 0, width / 2, height / 2)
}

/** Background and borders of an element. */
function paintBox({ context, left, top }: Painter, style: CSSStyleDeclaration, rect: DOMRect): void {
  const [x, y] = [rect.left - left, rect.top - top]
  const radius = toRadius(style, rect)
  context.beginPath()
  context.roundRect(x, y, rect.width, rect.height, radius)
  context.fillStyle = style.backgroundColor
  context.fill()
  const ends = { Top: [0, 0, 1, 0], Right: [1, 0, 1, 1], Bottom: [0, 1, 1, 1], Left: [0, 0, 0, 1] } as const
  for (const side of sides) {
    const width = Number.parseFloat(style[`border${side}Width`])
    if (!(width > 0)) continue
    context.strokeStyle = style[`border${side}Color`]
    context.lineWidth = width
    context.setLineDash(style[`border${side}Style`] === 'dashed' ? [3, 3] : [])
    if (radius > 0) return context.stroke()
    const [fromX, fromY, toX, toY] = ends[side]
    context.beginPath()
    context.moveTo(x + fromX * rect.width, y + fromY * rect.height)
    context.lineTo(x + toX * rect.width, y + toY * rect.height)
    context.stroke()
  }
}

/** A text node, centered in its box; text that wraps is painted as one line. */
function paintText({ context, left, top }: Painter, node: Text, style: CSSStyleDeclaration): void {
  const text = node.data.trim()
  if (text === '') return
  const range = document.createRange()
  range.selectNodeContents(node)
  const rect = range.getBoundingClientRect()
  if (rect.width === 0) return
  context.save()
  context.fillStyle = style.color
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.translate(rect.left - left + rect.width / 2, rect.top - top + rect.height / 2)
  if (style.writingMode !== 'horizontal-tb') context.rotate(-Math.PI / 2)
  context.fillText(style.textTransform === 'uppercase' ? text.toUpperCase() : text, 0, 0)
  context.restore()
}

function paintLine({ context, left, top }: Painter, line: SVGLineElement, style: CSSStyleDeclaration): void {
  const frame = line.ownerSVGElement?.getBoundingClientRect()
  if (frame === undefined) return
  const [x, y] = [frame.left - left, frame.top - top]
  context.strokeStyle = style.stroke
  context.lineWidth = Number.parseFloat(style.strokeWidth)
  context.setLineDash([])
  context.beginPath()
  context.moveTo(x + line.x1.baseVal.value, y + line.y1.baseVal.value)
  context.lineTo(x + line.x2.baseVal.value, y + line.y2.baseVal.value)
  context.stroke()
}

function paintElement(painter: Painter, element: Element): void {
  const style = getComputedStyle(element)
  if (!isVisible(style)) return
  if (element instanceof SVGLineElement) return paintLine(painter, element, style)
  const rect = element.getBoundingClientRect()
  const { context, left, top } = painter
  context.save()
  if (element instanceof HTMLElement) paintBox(painter, style, rect)
  if (style.overflowX === 'hidden') {
    context.beginPath()
    context.rect(rect.left - left, rect.top - top, rect.width, rect.height)
    context.clip()
  }
  for (const node of element.childNodes) {
    if (node instanceof Text) paintText(painter, node, style)
    else if (node instanceof Element) paintElement(painter, node)
  }
  context.restore()
}

/**
 * A chart of HTML elements and SVG lines as a canvas: backgrounds, borders, lines and text, in full even where it scrolls.
 * Images are left out. Null without a chart.
 */
export function elementToCanvas(chart: HTMLElement | null): HTMLCanvasElement | null {
  if (chart === null) return null
  const frame = chart.parentElement
  const [scrolledX, scrolledY] = [frame?.scrollLeft ?? 0, frame?.scrollTop ?? 0]
  frame?.scrollTo({ left: 0, top: 0, behavior: 'instant' })
  const { left, top, width, height } = chart.getBoundingClientRect()
  const canvas = document.createElement('canvas')
  const scale = window.devicePixelRatio
  canvas.width = Math.ceil(width * scale)
  canvas.height = Math.ceil(height * scale)
  const context = canvas.getContext('2d')
  if (context !== null) {
    context.scale(scale, scale)
    paintElement({ context, left, top }, chart)
  }
  frame?.scrollTo({ left: scrolledX, top: scrolledY, behavior: 'instant' })
  return context === null ? null : canvas
}
