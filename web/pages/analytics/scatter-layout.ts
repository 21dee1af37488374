import { type Box, placeLabels, type Side } from './scatter-labels.ts'

/** `x` and `y` in the units of the axes; `size` is the market cap, null when unknown. */
export type Point = {
  id: number
  text: string
  x: number
  y: number
  size: number | null
  /** The value beyond an edge, for its label. */
  toEdgeText?: (edge: Edge) => string
}

/** The ends and ticks of an axis in units of its data. Values beyond an end are drawn at it. */
export type Axis = { low: number; high: number; ticks: number[] }

/** A drawn coin: center in percent of the plot, radius in px, and the edge that it lies beyond. */
export type Dot = { id: number; left: number; top: number; radius: number; side: Side; beyond: Edge | null }

export type Edge = 'right' | 'top' | 'bottom'

/** The mark after the symbol of a coin beyond an edge. */
export const edgeMarks: Record<Edge, string> = { right: ' ▸', top: ' ▴', bottom: ' ▾' }

/** The size in px that the layout is computed for; a wider plot stretches it. */
export type Frame = { width: number; height: number }

const smallestArea = 64
const largestArea = 1200
const commonShare = 0.9

const clamp = (part: number): number => Math.min(1, Math.max(0, part))

/** The end of an axis: the largest value, or 1.5 times the 90th percentile where the largest is an outlier. */
function toReach(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const furthest = sorted.at(-1) ?? 0
  const common = sorted[Math.floor((sorted.length - 1) * commonShare)] ?? 0
  return common > 0 && furthest > 3 * common ? 1.5 * common : furthest
}

/** The tick step: 1, 2 or 5 times a power of ten, for about `count` ticks. */
function toStep(span: number, count: number): number {
  const power = 10 ** Math.floor(Math.log10(span / count))
  const part = span / count / power
  return power * (part >= Math.sqrt(50) ? 10 : part >= Math.sqrt(10) ? 5 : part >= Math.SQRT2 ? 2 : 1)
}

/** An axis that includes 0 and all values except outliers. */
export function toAxis(values: readonly number[], count = 5): Axis {
  const up = toReach(values.map((value) => Math.max(0, value)))
  const down = toReach(values.map((value) => Math.max(0, -value)))
  const [bottom, top] = up === 0 && down === 0 ? [0, 1] : [-down, up * 1.04]
  const step = toStep(top - bottom, count)
  const [first, last] = [Math.floor(bottom / step), Math.ceil(top / step)]
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
  return { low: Math.min(bottom, ticks[0] ?? 0), high: Math.max(top, ticks.at(-1) ?? 1), ticks }
}

/** The radius in px for a market cap. The area is linear in the cap, with a minimum that can be hovered. */
export function toRadius(largest: number): (size: number | null) => number {
  const area = (part: number) => smallestArea + clamp(part) * (largestArea - smallestArea)
  return (size) => Math.sqrt(area(largest > 0 ? (size ?? 0) / largest : 0) / Math.PI)
}

const toEdge = (across: number, up: number): Edge | null =>
  across > 1 ? 'right' : up > 1 ? 'top' : up < 0 ? 'bottom' : null

const toLargest = (points: readonly Point[]): number => Math.max(0, ...points.map(({ size }) => size ?? 0))

/** Circles with their labels, largest first, so smaller ones are drawn on top. */
export function layOutDots(
  points: readonly Point[],
  { x, y, frame, taken }: { x: Axis; y: Axis; frame: Frame; taken: readonly Box[] },
): Dot[] {
  const radius = toRadius(toLargest(points))
  const part = (value: number, { low, high }: Axis) => (value - low) / (high - low)
  const drawn = points
    .toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0) || a.id - b.id)
    .map((point) => {
      const [across, up] = [part(point.x, x), part(point.y, y)]
      return { point, across, up, radius: radius(point.size), beyond: toEdge(across, up) }
    })
  const circles = drawn.map(({ point, across, up, radius: r, beyond }) => ({
    x: clamp(across) * frame.width,
    y: (1 - clamp(up)) * frame.height,
    radius: r,
    text: point.text + (beyond === null ? '' : ` ${point.toEdgeText?.(beyond) ?? ''}${edgeMarks[beyond]}`),
    isEdge: beyond !== null,
  }))
  const sides = placeLabels(circles, { ...frame, taken })
  return drawn.map(({ point, across, up, radius: r, beyond }, index) => ({
    id: point.id,
    left: 100 * clamp(across),
    top: 100 * (1 - clamp(up)),
    radius: r,
    side: sides[index] ?? 'none',
    beyond,
  }))
}

/** Null for an empty list. */
export function toMedian(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
