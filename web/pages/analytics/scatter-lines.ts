import { sharpeTiers } from './analytics-tiers.ts'
import type { Vertical } from './analytics-url-state.ts'
import { type Box, overlap } from './scatter-labels.ts'
import type { Axis, Frame } from './scatter-layout.ts'

/** The bounds of the Sharpe tiers, highest first. The axis draws the line at 0. */
const ratios = sharpeTiers
  .map(({ from }) => from)
  .filter((from) => Number.isFinite(from) && from !== 0)
  .reverse()

/** In percent of the plot. */
const minDistance = 5

/** A line of one Sharpe ratio, its ends in percent of the plot from the top left. */
export type SharpeLine = { ratio: number; from: { left: number; top: number }; to: { left: number; top: number } }

export const toPercent = (value: number, { low, high }: Axis): number => (100 * (value - low)) / (high - low)

/** Horizontal lines where the vertical axis is the ratio, without lines too close to another or to 0. */
export function listSharpeLines({ y, vertical }: { y: Axis; vertical: Vertical }): SharpeLine[] {
  if (vertical !== 'sharpe') return []
  const tops = [100 - toPercent(0, y)]
  return ratios.flatMap((ratio): SharpeLine[] => {
    const top = 100 - toPercent(ratio, y)
    if (top <= 0 || top >= 100 || tops.some((other) => Math.abs(other - top) < minDistance)) return []
    tops.push(top)
    return [{ ratio, from: { left: 0, top }, to: { left: 100, top } }]
  })
}

const cornerWidth = 104
const cornerHeight = 32

/** The boxes of the texts in the corners. */
export const toCorners = ({ width, height }: Frame): Box[] =>
  [0, width - cornerWidth].flatMap((left) =>
    [0, height - cornerHeight].map((top) => ({ left, top, right: left + cornerWidth, bottom: top + cornerHeight })),
  )

const labelWidth = 32
const labelHeight = 16

/** Candidate positions of a number along its line. */
const parts = [1, 0.85, 0.7, 0.55, 0.4]

function toBox({ from, to }: SharpeLine, part: number, { width, height }: Frame): Box {
  const at = (start: number, end: number, size: number) => ((start + (end - start) * part) / 100) * size
  const left = Math.min(width - labelWidth, at(from.left, to.left, width) - labelWidth / 2)
  const top = Math.min(height - labelHeight, Math.max(0, at(from.top, to.top, height) - labelHeight / 2))
  return { left, top, right: left + labelWidth, bottom: top + labelHeight }
}

/** The box of the number of each line: on the line, as close to its end as other boxes allow. */
export function placeNumbers(lines: readonly SharpeLine[], frame: Frame): Box[] {
  const taken = toCorners(frame)
  return lines.map((line) => {
    const boxes = parts.map((part) => toBox(line, part, frame))
    const box = boxes.find((each) => !taken.some((other) => overlap(each, other))) ?? toBox(line, 1, frame)
    taken.push(box)
    return box
  })
}
