import type { Box } from './labels.ts'
import { type Axis, type Frame, toRay } from './scatter-layout.ts'
import type { Vertical } from './state.ts'

/** Ratios that part the tiers of Sharpe; 0 is the line of no return, which the axis draws. */
const ratios = [1, 0.5, -0.5]

/** How near two ends may be, in percent of the plot. */
const apart = 5

/** A line of one Sharpe ratio, its ends in percent of the plot from the top left. */
export type SharpeLine = { ratio: number; from: { left: number; top: number }; to: { left: number; top: number } }

export const toPercent = (value: number, { low, high }: Axis): number => (100 * (value - low)) / (high - low)

type Axes = { x: Axis; y: Axis; vertical: Vertical }

function toLine(ratio: number, { x, y, vertical }: Axes): SharpeLine | null {
  if (vertical === 'sharpe') {
    const top = 100 - toPercent(ratio, y)
    return top <= 0 || top >= 100 ? null : { ratio, from: { left: 0, top }, to: { left: 100, top } }
  }
  const ray = toRay(ratio, x, y)
  const from = { left: toPercent(0, x), top: 100 - toPercent(0, y) }
  return ray === null ? null : { ratio, from, to: { left: ray.right, top: ray.top } }
}

/**
 * Rays from the origin where the return stands upright, level lines where the ratio itself does; without those that end
 * too near another, or the line of 0, for their number to be read.
 */
export function listSharpeLines(axes: Axes): SharpeLine[] {
  const ends = [{ left: 100, top: 100 - toPercent(0, axes.y) }]
  return ratios.flatMap((ratio): SharpeLine[] => {
    const line = toLine(ratio, axes)
    if (line === null) return []
    const { to } = line
    if (ends.some(({ left, top }) => Math.abs(left - to.left) < apart && Math.abs(top - to.top) < apart)) return []
    ends.push(to)
    return [line]
  })
}

const labelWidth = 32
const labelHeight = 16

/** Where the number of a line stands: inside the plot, at the end of the line. */
export function toLineLabel({ to }: SharpeLine, { width, height }: Frame): Box {
  const right = Math.min(width, (to.left / 100) * width + labelWidth / 2)
  const middle = (to.top / 100) * height
  const top = Math.min(height - labelHeight, Math.max(0, middle - labelHeight / 2))
  return { left: right - labelWidth, top, right, bottom: top + labelHeight }
}

const cornerWidth = 104
const cornerHeight = 32

/** The places of the words in the corners, which no label may take. */
export const toCorners = ({ width, height }: Frame): Box[] =>
  [0, width - cornerWidth].flatMap((left) =>
    [0, height - cornerHeight].map((top) => ({ left, top, right: left + cornerWidth, bottom: top + cornerHeight })),
  )
