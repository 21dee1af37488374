import type { Vertical } from './analytics-url-state.ts'
import { type Box, overlap } from './scatter-labels.ts'
import type { Axis, Frame } from './scatter-layout.ts'

/** Ratios that part the tiers of Sharpe; 0 is the line of no return, which the axis draws. */
const ratios = [1, 0.5, -0.5]

/** How near two ends may be, in percent of the plot. */
const apart = 5

/** A line of one Sharpe ratio, its ends in percent of the plot from the top left. */
export type SharpeLine = { ratio: number; from: { left: number; top: number }; to: { left: number; top: number } }

export const toPercent = (value: number, { low, high }: Axis): number => (100 * (value - low)) / (high - low)

/** Level lines where the ratio itself is the vertical axis; without those too near another, or the line of 0, to be read. */
export function listSharpeLines({ y, vertical }: { y: Axis; vertical: Vertical }): SharpeLine[] {
  if (vertical !== 'sharpe') return []
  const tops = [100 - toPercent(0, y)]
  return ratios.flatMap((ratio): SharpeLine[] => {
    const top = 100 - toPercent(ratio, y)
    if (top <= 0 || top >= 100 || tops.some((other) => Math.abs(other - top) < apart)) return []
    tops.push(top)
    return [{ ratio, from: { left: 0, top }, to: { left: 100, top } }]
  })
}

const cornerWidth = 104
const cornerHeight = 32

/** The places of the words in the corners, which no label may take. */
export const toCorners = ({ width, height }: Frame): Box[] =>
  [0, width - cornerWidth].flatMap((left) =>
    [0, height - cornerHeight].map((top) => ({ left, top, right: left + cornerWidth, bottom: top + cornerHeight })),
  )

const labelWidth = 32
const labelHeight = 16

/** How far along its line the number of a line may stand, its end first. */
const parts = [1, 0.85, 0.7, 0.55, 0.4]

function toBox({ from, to }: SharpeLine, part: number, { width, height }: Frame): Box {
  const at = (start: number, end: number, size: number) => ((start + (end - start) * part) / 100) * size
  const left = Math.min(width - labelWidth, at(from.left, to.left, width) - labelWidth / 2)
  const top = Math.min(height - labelHeight, Math.max(0, at(from.top, to.top, height) - labelHeight / 2))
  return { left, top, right: left + labelWidth, bottom: top + labelHeight }
}

/** Where the number of each line stands: on the line, as near its end as the words in the corners and the others let it. */
export function placeNumbers(lines: readonly SharpeLine[], frame: Frame): Box[] {
  const taken = toCorners(frame)
  return lines.map((line) => {
    const boxes = parts.map((part) => toBox(line, part, frame))
    const box = boxes.find((each) => !taken.some((other) => overlap(each, other))) ?? toBox(line, 1, frame)
    taken.push(box)
    return box
  })
}
