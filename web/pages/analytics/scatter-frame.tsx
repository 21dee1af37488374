import { cn } from '@/components/ui/cn'
import { formatFixed } from '@/lib/format'
import type { Vertical } from './analytics-url-state'
import type { Box } from './scatter-labels'
import type { Axis, Frame } from './scatter-layout'
import { placeNumbers, type SharpeLine, toPercent } from './scatter-lines'

/** Sizes in px on phones and on wider screens. */
export const frames = [
  { width: 290, height: 340, className: 'sm:hidden' },
  { width: 375, height: 424, className: 'hidden sm:block' },
] as const

const corners = [
  { risk: 'Low risk', outcome: 'high return', className: 'top-1 left-1.5' },
  { risk: 'High risk', outcome: 'high return', className: 'top-1 right-1.5 text-right' },
  { risk: 'Low risk', outcome: 'negative return', className: 'bottom-1 left-1.5' },
  { risk: 'High risk', outcome: 'negative return', className: 'right-1.5 bottom-1 text-right' },
] as const

const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < 1e-6
const toDecimals = ({ ticks }: Axis): number => (ticks.every((tick) => isWhole(tick * 100)) ? 0 : 1)

/** A tick of an axis of fractions, in percent; of ratios with one decimal. */
const toTick = (value: number, axis: Axis, isRatio: boolean): string =>
  isRatio ? formatFixed(value, 1) : `${formatFixed(value * 100, toDecimals(axis))}%`

/** A position in the frame, in percent of the plot. */
const toMiddle = (box: Box | undefined, { width, height }: Frame) =>
  box && { left: `${(50 * (box.left + box.right)) / width}%`, top: `${(100 * box.top) / height}%` }

function SharpeLines({ lines, frame }: { lines: readonly SharpeLine[]; frame: Frame }) {
  const numbers = placeNumbers(lines, frame)
  return (
    <>
      <svg className="absolute inset-0 size-full" aria-hidden>
        {lines.map(({ ratio, from, to }) => (
          <line
            key={ratio}
            x1={`${from.left}%`}
            y1={`${from.top}%`}
            x2={`${to.left}%`}
            y2={`${to.top}%`}
            stroke="var(--line-strong)"
          />
        ))}
      </svg>
      {lines.map(({ ratio }, index) => (
        <span
          key={ratio}
          aria-hidden
          className="num absolute w-8 -translate-x-1/2 bg-surface text-center text-[12px] leading-4 text-faint"
          style={toMiddle(numbers[index], frame)}
        >
          {formatFixed(ratio, 1)}
        </span>
      ))}
    </>
  )
}

type FrameProps = {
  x: Axis
  y: Axis
  vertical: Vertical
  median: number | null
  lines: readonly SharpeLine[]
  frame: Frame
}

/** The grid of the scatter: ticks, Sharpe lines, median volatility and the meaning of the corners. */
export function ScatterFrame({ x, y, vertical, median, lines, frame }: FrameProps) {
  return (
    <div aria-hidden>
      {y.ticks.map((tick) => (
        <div
          key={tick}
          className={cn('absolute inset-x-0 border-t', tick === 0 ? 'border-dashed border-muted' : 'border-line')}
          style={{ top: `${100 - toPercent(tick, y)}%` }}
        >
          <span className="num absolute right-full -translate-y-1/2 pr-1.5 text-[12px] leading-4 whitespace-nowrap text-muted">
            {toTick(tick, y, vertical === 'sharpe')}
          </span>
        </div>
      ))}
      {x.ticks.map((tick) => (
        <div key={tick} className="absolute inset-y-0 border-l border-line" style={{ left: `${toPercent(tick, x)}%` }}>
          <span className="num absolute top-full -translate-x-1/2 pt-1 text-[12px] leading-4 whitespace-nowrap text-muted">
            {toTick(tick, x, false)}
          </span>
        </div>
      ))}
      <SharpeLines lines={lines} frame={frame} />
      {median !== null && (
        <div
          className="absolute inset-y-0 border-l border-dashed border-muted"
          style={{ left: `${toPercent(median, x)}%` }}
        />
      )}
      {corners.map(({ risk, outcome, className }) => (
        <p key={className} className={cn('absolute text-[12px] leading-[14px] text-faint', className)}>
          {risk},
          <br />
          {outcome}
        </p>
      ))}
    </div>
  )
}
