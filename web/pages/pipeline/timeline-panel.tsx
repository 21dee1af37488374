import { jobIds } from '@contract/lists.ts'
import type { Timeline, TimelineRun } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Panel } from '@/components/ui/panel'
import { StateLink } from '@/components/ui/state-link'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatMoment } from '@/lib/format'
import { runStates, toJobId, toJobName } from './pipeline-labels'
import { timelineQuery } from './pipeline-queries'
import { type JobTimeline, toJobTimelines, toTicks } from './timeline'
import { describeRun, TimelineRow } from './timeline-row'
import { usePipelineState } from './use-pipeline-state'

const tickHours = 3

function Axis({ timeline }: { timeline: Timeline }) {
  return (
    <div aria-hidden className="num relative h-5 text-[12px] leading-5 text-faint">
      {toTicks(timeline, tickHours).map(({ at, left }, index) => (
        <span
          key={at}
          style={{ left: `${left}%` }}
          className={index % 2 === 1 ? 'absolute hidden -translate-x-1/2 sm:block' : 'absolute -translate-x-1/2'}
        >
          {left > 2 && left < 98 && formatMoment(at, 'time')}
        </span>
      ))}
    </div>
  )
}

function RowLabel({ timeline: { job_id, marks, failures } }: { timeline: JobTimeline }) {
  const { linkTo } = usePipelineState()
  const runs = marks.length
  const count = failures === 0 ? `${runs} ${runs === 1 ? 'run' : 'runs'}` : `${failures} of ${runs} failed`
  return (
    <p className="flex h-7 items-center justify-between gap-2 text-[12px] md:border-b md:border-line md:text-[13px]">
      <span className="truncate">{toJobName(job_id)}</span>
      {failures === 0 ? (
        <span className="num text-[12px] whitespace-nowrap text-faint">{count}</span>
      ) : (
        <StateLink
          {...linkTo({ job: toJobId(job_id), status: 'failed', page: 1 })}
          className="num text-[12px] font-medium whitespace-nowrap text-bad underline-offset-2 hover:underline"
        >
          {count}
        </StateLink>
      )}
    </p>
  )
}

function Chart({ timeline }: { timeline: Timeline }) {
  const { go, linkTo } = usePipelineState()
  const [active, setActive] = useState<TimelineRun | null>(null)
  const jobs = toJobTimelines(timeline, jobIds)
  const ticks = toTicks(timeline, tickHours)
  return (
    <div className="px-4 pt-2 pb-3" data-testid="timeline">
      <div className="grid gap-x-4 md:grid-cols-[13rem_minmax(0,1fr)]">
        <div className="hidden pt-5 md:block">
          {jobs.map((job) => (
            <RowLabel key={job.job_id} timeline={job} />
          ))}
        </div>
        <div className="min-w-0">
          <Axis timeline={timeline} />
          {jobs.map((job) => (
            <div key={job.job_id}>
              <div className="md:hidden">
                <RowLabel timeline={job} />
              </div>
              <TimelineRow
                timeline={job}
                ticks={ticks}
                active={active}
                onPoint={setActive}
                onOpen={({ id }) => go({ run: id })}
              />
            </div>
          ))}
        </div>
      </div>
      <p className="num mt-2 h-5 truncate text-[12px] leading-5 text-muted" data-testid="timeline-reading">
        {active === null ? (
          <>
            <span className="sm:hidden">Tap a run to open it.</span>
            <span className="hidden sm:inline">
              Hover over a run for details, or use Tab and the arrow keys. Enter opens a run.
            </span>
          </>
        ) : (
          <StateLink {...linkTo({ run: active.id })} className="text-text">
            {`${toJobName(active.job_id)}: ${describeRun(active)}`}
          </StateLink>
        )}
      </p>
    </div>
  )
}

const legend = [
  { status: 'success', className: 'h-3 w-1 bg-muted' },
  { status: 'skipped', className: 'h-1.5 w-1 bg-line-strong' },
  { status: 'running', className: 'h-3 w-1 bg-accent' },
  { status: 'cancelled', className: 'h-4 w-1 bg-warn' },
  { status: 'failed', className: 'h-5 w-1.5 bg-bad' },
] as const

function Legend() {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 pr-2 text-[12px] text-muted">
      {legend.map(({ status, className }) => (
        <li key={status} className="flex items-center gap-1.5">
          <span aria-hidden className={`rounded-[1px] ${className}`} />
          {runStates[status].word}
        </li>
      ))}
    </ul>
  )
}

export function TimelinePanel() {
  const { data, error, refetch } = useQuery(timelineQuery)
  return (
    <Panel title="Last 24 h" note="One row per job, bar length = duration" controls={<Legend />}>
      {data !== undefined && <Chart timeline={data} />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-44" />}
    </Panel>
  )
}
