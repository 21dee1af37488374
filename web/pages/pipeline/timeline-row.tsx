import type { TimelineRun } from '@contract/pipeline.ts'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { formatDuration, formatMoment } from '@/lib/format'
import { runStates, toJobName } from './pipeline-labels'
import { findMark, type JobTimeline, type Mark, toDrawingOrder } from './timeline'

const height = 28
/** A pointer this close to a failed run selects it rather than its neighbors. */
const failureHitPx = 6

const looks: Record<TimelineRun['status'], { fill: string; barHeight: number; minWidth: number }> = {
  success: { fill: 'fill-muted', barHeight: 12, minWidth: 2 },
  skipped: { fill: 'fill-line-strong', barHeight: 6, minWidth: 2 },
  running: { fill: 'fill-accent', barHeight: 12, minWidth: 3 },
  cancelled: { fill: 'fill-warn', barHeight: 20, minWidth: 4 },
  failed: { fill: 'fill-bad', barHeight: 24, minWidth: 5 },
  abandoned: { fill: 'fill-bad', barHeight: 24, minWidth: 5 },
}

function MarkShape({ mark, isActive }: { mark: Mark; isActive: boolean }) {
  const { fill, barHeight, minWidth } = looks[mark.run.status]
  return (
    <rect
      x={`${mark.left}%`}
      y={(height - barHeight) / 2}
      width={`${mark.width}%`}
      height={barHeight}
      rx={1}
      style={{ width: `max(${minWidth}px, ${mark.width}%)` }}
      className={cn(fill, isActive && 'stroke-text stroke-2')}
      data-run={mark.run.id}
    />
  )
}

/** `Run 12, failed, 25 Nov 14:30, 3.2 s`. */
export const describeRun = ({ id, status, start_time, duration_seconds }: TimelineRun): string =>
  `Run ${id}, ${runStates[status].word.toLowerCase()}, ${formatMoment(start_time)}, ${formatDuration(
    duration_seconds,
  )}${status === 'running' ? ' so far' : ''}`

type TimelineRowProps = {
  timeline: JobTimeline
  ticks: readonly { at: number; left: number }[]
  active: TimelineRun | null
  onPoint: (run: TimelineRun | null) => void
  onOpen: (run: TimelineRun) => void
}

/** The runs of a job. Hovering or the arrow keys select a run, a click or Enter opens it. */
export function TimelineRow({ timeline, ticks, active, onPoint, onOpen }: TimelineRowProps) {
  const { job_id, marks } = timeline
  const [index, setIndex] = useState<number | null>(null)
  const last = marks.length - 1
  const at = index === null ? last : Math.min(index, last)
  const point = (next: number) => {
    setIndex(next)
    onPoint(marks[next]?.run ?? null)
  }
  const findAt = ({ currentTarget, clientX }: PointerEvent<HTMLInputElement>): number => {
    const { left, width } = currentTarget.getBoundingClientRect()
    return findMark(marks, (100 * (clientX - left)) / width, (100 * failureHitPx) / width)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const run = marks[at]?.run
    if (event.key !== 'Enter' || run === undefined) return
    // The drawer takes the focus immediately; without this the same key press would close it.
    event.preventDefault()
    onOpen(run)
  }
  return (
    <div className="relative h-7 border-b border-line">
      <svg aria-hidden width="100%" height={height} className="absolute inset-0 block overflow-visible">
        {ticks.map((tick) => (
          <line key={tick.at} x1={`${tick.left}%`} x2={`${tick.left}%`} y1={0} y2={height} className="stroke-line" />
        ))}
        {toDrawingOrder(marks).map((mark) => (
          <MarkShape key={mark.run.id} mark={mark} isActive={mark.run.id === active?.id} />
        ))}
      </svg>
      {marks.length > 0 && (
        <input
          type="range"
          min={0}
          max={last}
          value={at}
          aria-label={`Runs of ${toJobName(job_id)}. Use the arrow keys to move, Enter to open a run`}
          aria-valuetext={marks[at] && describeRun(marks[at].run)}
          onChange={(event) => point(Number(event.target.value))}
          onFocus={() => point(at)}
          onBlur={() => onPoint(null)}
          onKeyDown={onKeyDown}
          onMouseDown={(event) => event.preventDefault()}
          onPointerMove={(event) => point(findAt(event))}
          onPointerLeave={() => onPoint(null)}
          onPointerUp={(event) => {
            const run = marks[findAt(event)]?.run
            if (run !== undefined) onOpen(run)
          }}
          className="absolute inset-0 z-10 size-full cursor-pointer appearance-none rounded-mark bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
        />
      )}
    </div>
  )
}
