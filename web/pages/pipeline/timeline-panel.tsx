import { jobIds } from '@contract/lists.ts'
import type { Timeline, TimelineRun } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Panel } from '@/components/ui/panel'
import { StateLink } from '@/components/ui/state-link'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatMoment } from '@/lib/format'
import { toJobId, toJobName } from './pipeline-labels'
import { timelineQuery } from './pipeline-queries'
import { type Lane, toLanes, toTicks } from './timeline'
import { describeRun, LaneRow } from './timeline-row'
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

function LaneName({ lane }: { lane: Lane }) {
  const { linkTo } = usePipelineState()
  const runs = lane.marks.length
  const words = lane.failures === 0 ? `${runs} ${runs === 1 ? 'run' : 'runs'}` : `${lane.failures} failed of ${runs}`
  return (
    <p className="flex h-7 items-center justify-between gap-2 text-[12px] md:border-b md:border-line md:text-[13px]">
      <span className="truncate">{toJobName(lane.job_id)}</span>
      {lane.failures === 0 ? (
        <span className="num text-[12px] whitespace-nowrap text-faint">{words}</span>
      ) : (
        <StateLink
          {...linkTo({ job: toJobId(lane.job_id), status: 'failed', page: 1 })}
          className="num text-[12px] font-medium whitespace-nowrap text-bad underline-offset-2 hover:underline"
        >
          {words}
        </StateLink>
      )}
    </p>
  )
}

function Chart({ timeline }: { timeline: Timeline }) {
  const { go, linkTo } = usePipelineState()
  const [active, setActive] = useState<TimelineRun | null>(null)
  const lanes = toLanes(timeline, jobIds)
  const ticks = toTicks(timeline, tickHours)
  return (
    <div className="px-4 pt-2 pb-3" data-testid="timeline">
      <div className="grid gap-x-4 md:grid-cols-[13rem_minmax(0,1fr)]">
        <div className="hidden pt-5 md:block">
          {lanes.map((lane) => (
            <LaneName key={lane.job_id} lane={lane} />
          ))}
        </div>
        <div className="min-w-0">
          <Axis timeline={timeline} />
          {lanes.map((lane) => (
            <div key={lane.job_id}>
              <div className="md:hidden">
                <LaneName lane={lane} />
              </div>
              <LaneRow
                lane={lane}
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
              Point at a run, or reach a lane with Tab and move with the arrow keys; Enter opens it.
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
  { look: 'h-3 w-1 bg-muted', word: 'success' },
  { look: 'h-1.5 w-1 bg-line-strong', word: 'skipped' },
  { look: 'h-3 w-1 bg-accent', word: 'running' },
  { look: 'h-4 w-1 bg-warn', word: 'cancelled' },
  { look: 'h-5 w-1.5 bg-bad', word: 'failed' },
] as const

function Legend() {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 pr-2 text-[12px] text-muted">
      {legend.map(({ look, word }) => (
        <li key={word} className="flex items-center gap-1.5">
          <span aria-hidden className={`rounded-[1px] ${look}`} />
          {word}
        </li>
      ))}
    </ul>
  )
}

/** The runs of the last 24 h, one lane a job. */
export function TimelinePanel() {
  const { data, error, refetch } = useQuery(timelineQuery)
  return (
    <Panel title="Last 24 h" note="One row per job; bar length = duration" controls={<Legend />}>
      {data !== undefined && <Chart timeline={data} />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-44" />}
    </Panel>
  )
}
