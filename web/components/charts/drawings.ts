export const tools = ['trend', 'horizontal', 'fibonacci', 'rectangle', 'text'] as const
export type Tool = (typeof tools)[number]

/** A point of a drawing: an instant (ms since 1970) and a price in USD. */
export type Anchor = { time: number; price: number }
export type Drawing = { id: string; tool: Tool; anchors: Anchor[]; text: string }

/** How many points a drawing has. */
export const anchorCounts: Readonly<Record<Tool, number>> = {
  trend: 2,
  horizontal: 1,
  fibonacci: 2,
  rectangle: 2,
  text: 1,
}

const fibonacciLevels = [0, 0.236, 0.382, 0.5, 0.618, 0.786, 1]
const maxDrawings = 100
const maxText = 80

export type Pixel = { x: number; y: number }
type Segment = { from: Pixel; to: Pixel; label?: string; isFaint?: true }

/** A drawing in pixels. */
export type Shape = {
  handles: Pixel[]
  segments: Segment[]
  box: { from: Pixel; to: Pixel } | null
  text: { at: Pixel; text: string } | null
}

/** Gives the pixel of a point, or null where the chart has no scale yet. */
export type Projection = (anchor: Anchor) => Pixel | null

type Area = { width: number; formatPrice: (price: number) => string }

function toFibonacci(
  [start, end]: readonly Anchor[],
  project: Projection,
  formatPrice: Area['formatPrice'],
): Segment[] {
  if (start === undefined || end === undefined) return []
  return fibonacciLevels.flatMap((level) => {
    const price = end.price + (start.price - end.price) * level
    const [from, to] = [project({ time: start.time, price }), project({ time: end.time, price })]
    if (from === null || to === null) return []
    return [{ from, to, label: `${level} (${formatPrice(price)})` }]
  })
}

/** The lines, box and text of a drawing, for painting and for finding it under the pointer; null outside the scales. */
export function toShape({ tool, anchors, text }: Drawing, project: Projection, area: Area): Shape | null {
  const handles = anchors.map(project).filter((pixel) => pixel !== null)
  const [first, second] = handles
  if (first === undefined || handles.length < anchors.length) return null
  const shape: Shape = { handles, segments: [], box: null, text: null }
  if (tool === 'horizontal')
    return { ...shape, segments: [{ from: { x: 0, y: first.y }, to: { x: area.width, y: first.y } }] }
  if (tool === 'text') return { ...shape, text: { at: first, text } }
  if (second === undefined) return null
  if (tool === 'rectangle') return { ...shape, box: { from: first, to: second } }
  if (tool === 'trend') return { ...shape, segments: [{ from: first, to: second }] }
  const diagonal: Segment = { from: first, to: second, isFaint: true }
  return { ...shape, segments: [diagonal, ...toFibonacci(anchors, project, area.formatPrice)] }
}

function distanceTo({ from, to }: Segment, at: Pixel): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((at.x - from.x) * dx + (at.y - from.y) * dy) / length))
  return Math.hypot(at.x - from.x - share * dx, at.y - from.y - share * dy)
}

function toBorder({ from, to }: { from: Pixel; to: Pixel }): Segment[] {
  const [a, b] = [
    { x: to.x, y: from.y },
    { x: from.x, y: to.y },
  ]
  return [
    { from, to: a },
    { from: a, to },
    { from: to, to: b },
    { from: b, to: from },
  ]
}

/** Width of a character of the 12 px font, for finding a text under the pointer. */
const characterWidth = 7

/** What of a shape is within `reach` pixels of a point: a handle by its number, its body, or nothing. */
export function findHit({ handles, segments, box, text }: Shape, at: Pixel, reach: number): number | 'body' | null {
  const handle = handles.findIndex(({ x, y }) => Math.hypot(x - at.x, y - at.y) <= reach + 2)
  if (handle !== -1) return handle
  const lines = [...segments, ...(box === null ? [] : toBorder(box))]
  if (lines.some((line) => distanceTo(line, at) <= reach)) return 'body'
  if (text === null) return null
  const [right, left] = [text.at.x + text.text.length * characterWidth, text.at.x]
  return at.x >= left - reach && at.x <= right + reach && Math.abs(at.y - text.at.y) <= 8 + reach ? 'body' : null
}

const isAnchor = (value: unknown): value is Anchor => {
  const { time, price } = (value ?? {}) as Partial<Anchor>
  return Number.isFinite(time) && Number.isFinite(price)
}

function isDrawing(value: unknown): value is Drawing {
  const { id, tool, anchors, text } = (value ?? {}) as Partial<Drawing>
  if (typeof id !== 'string' || typeof text !== 'string' || !Array.isArray(anchors)) return false
  return tool !== undefined && tool in anchorCounts && anchors.length === anchorCounts[tool] && anchors.every(isAnchor)
}

/** The stored drawings of a coin; what is no drawing is left out. */
export function parseDrawings(stored: string | null): Drawing[] {
  try {
    const values: unknown = JSON.parse(stored ?? '[]')
    return Array.isArray(values) ? values.filter(isDrawing).slice(0, maxDrawings) : []
  } catch {
    return []
  }
}

/** A drawing of `tool` that starts, and for now ends, at a point. */
export const startDrawing = (tool: Tool, anchor: Anchor, text: string): Drawing => ({
  id: `${anchor.time}-${Math.random().toString(36).slice(2)}`,
  tool,
  anchors: new Array<Anchor>(anchorCounts[tool]).fill(anchor),
  text: tool === 'text' ? text.trim().slice(0, maxText) || 'Note' : '',
})

/** A drawing with one point moved, or with all of them moved by the way from `start` to `end`. */
export function moveDrawing(drawing: Drawing, part: number | 'body', start: Anchor, end: Anchor): Drawing {
  const [time, ratio] = [end.time - start.time, end.price / start.price]
  const move = (anchor: Anchor): Anchor => ({ time: anchor.time + time, price: anchor.price * ratio })
  return {
    ...drawing,
    anchors: drawing.anchors.map((anchor, index) => (part === 'body' ? move(anchor) : index === part ? end : anchor)),
  }
}
