import { jobIds } from '@contract/lists.ts'
import type { JobHealth, TimelineRun } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { Sparkline } from '@/components/charts/sparkline'
import { cn } from '@/components/ui/cn'
import { Age, Moment } from '@/components/ui/moment'
import { Panel } from '@/components/ui/panel'
import { StateLink } from '@/components/ui/state-link'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { StatusWord } from '@/components/ui/status-word'
import { Value } from '@/components/ui/value'
import { formatDuration, formatExact, unknown } from '@/lib/format'
import { useSession } from '@/lib/session'
import { PauseJob } from './pause-job'
import { toJobAbout, toJobId, toJobName, toJobStatus } from './pipeline-labels'
import { healthQuery, timelineQuery } from './pipeline-queries'
import { RunNow } from './run-now'
import { findLastRun, toDurations } from './timeline'
import { usePipelineState } from './use-pipeline-state'

const trendRuns = 20
const cell = 'h-11 px-2 align-middle first:pl-4 last:pr-4'
const head = 'h-8 border-b border-line px-2 text-[12px] font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4'
const wideOnly = 'hidden md:table-cell'

function LastRun({ job, run }: { job: JobHealth; run: TimelineRun | undefined }) {
  const { linkTo } = usePipelineState()
  const at = job.last_run_time ?? run?.start_time
  if (at === undefined) return <Value text={unknown} />
  const time = (
    <>
      <Moment at={at} precision="time" />
      <Age at={at} className="ml-1.5 text-faint" />
    </>
  )
  if (run === undefined) return time
  return (
    <StateLink {...linkTo({ run: run.id })} className="hover:text-accent">
      <span className="sr-only">Run {run.id}, </span>
      {time}
    </StateLink>
  )
}

function NextRun({ job }: { job: JobHealth }) {
  if (job.paused_at !== null)
    return (
      <span className="text-muted">
        Paused <Age at={job.paused_at} />
      </span>
    )
  if (job.next_run_at === null) return <Value text={unknown} />
  return (
    <>
      <Moment at={job.next_run_at} precision="time" />
      <Age at={job.next_run_at} className="ml-1.5 text-faint" />
    </>
  )
}

function Duration({ job, run, runs }: { job: JobHealth; run: TimelineRun | undefined; runs: readonly TimelineRun[] }) {
  const durations = toDurations(runs, job.job_id, trendRuns)
  return (
    <span className="flex items-center justify-end gap-2">
      <Sparkline
        prices={durations}
        direction="flat"
        width={72}
        height={20}
        label={`${toJobName(job.job_id)}: duration of the last ${durations.length} successful runs`}
      />
      <span className="min-w-14 text-right">
        <Value text={run === undefined ? unknown : formatDuration(run.duration_seconds)} />
      </span>
    </span>
  )
}

function JobRow({ job, runs, isAdmin }: { job: JobHealth; runs: readonly TimelineRun[]; isAdmin: boolean }) {
  const { linkTo } = usePipelineState()
  const run = findLastRun(runs, job.job_id, job.last_run_time)
  const isFailing = job.state === 'failing' && job.last_error !== null
  return (
    <tr className="border-b border-line last:border-0 hover:bg-raised">
      <th scope="row" className={cn(cell, 'text-left font-normal')} title={toJobAbout(job.job_id)}>
        <StateLink {...linkTo({ job: toJobId(job.job_id), page: 1 })} className="font-medium hover:text-accent">
          {toJobName(job.job_id)}
        </StateLink>
        {isFailing && (
          <span className="block max-w-48 truncate text-[12px] leading-4 text-muted" title={job.last_error ?? ''}>
            {job.last_error}
          </span>
        )}
      </th>
      <td className={cell}>
        <StatusWord status={toJobStatus(job)} />
      </td>
      <td className={cn(cell, 'whitespace-nowrap')}>
        <LastRun job={job} run={run} />
      </td>
      <td className={cn(cell, wideOnly, 'whitespace-nowrap')}>
        <NextRun job={job} />
      </td>
      <td className={cn(cell, wideOnly)}>
        <Duration job={job} run={run} runs={runs} />
      </td>
      <td className={cn(cell, wideOnly, 'text-right')}>
        <Value text={formatExact(run?.records_processed)} />
      </td>
      {isAdmin && (
        <td className={cn(cell, 'text-right')}>
          <span className="inline-flex items-center gap-2">
            <RunNow job={job} />
            <PauseJob job={job} />
          </span>
        </td>
      )}
    </tr>
  )
}

function JobTable({ jobs, runs }: { jobs: readonly JobHealth[]; runs: readonly TimelineRun[] }) {
  const isAdmin = useSession()?.role === 'administrator'
  return (
    <table className="num w-full border-collapse text-[12px] md:text-[13px]" data-testid="jobs">
      <thead>
        <tr>
          <th scope="col" className={cn(head, 'text-left')}>
            Job
          </th>
          <th scope="col" className={cn(head, 'text-left')}>
            Status
          </th>
          <th scope="col" className={cn(head, 'text-left')}>
            Last run
          </th>
          <th scope="col" className={cn(head, wideOnly, 'text-left')}>
            Next run
          </th>
          <th
            scope="col"
            className={cn(head, wideOnly, 'text-right')}
            title={`Last run, and trend of the last ${trendRuns} successful runs`}
          >
            Duration
          </th>
          <th scope="col" className={cn(head, wideOnly, 'text-right')} title="Rows written by the last run">
            Rows written
          </th>
          {isAdmin && (
            <th scope="col" className={head}>
              <span className="sr-only">Run now, pause</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <JobRow key={job.job_id} job={job} runs={runs} isAdmin={isAdmin} />
        ))}
      </tbody>
    </table>
  )
}

function toNote(jobs: readonly JobHealth[]): string {
  const count = (wanted: readonly JobHealth['state'][]) => jobs.filter(({ state }) => wanted.includes(state)).length
  const [unhealthy, paused, neverRun] = [count(['failing', 'late']), count(['paused']), count(['never_run'])]
  if (unhealthy > 0) return `${unhealthy} of ${jobs.length} jobs ${unhealthy === 1 ? 'needs' : 'need'} attention`
  if (paused > 0) return `${paused} of ${jobs.length} jobs paused`
  return neverRun > 0 ? `${neverRun} of ${jobs.length} jobs never run` : 'All jobs healthy'
}

/** Status, last run, next run and duration of every job. */
export function Jobs() {
  const { data: jobs, error, refetch } = useQuery(healthQuery)
  const { data: timeline } = useQuery(timelineQuery)
  return (
    <Panel title="Jobs" note={jobs === undefined ? undefined : toNote(jobs)}>
      {jobs !== undefined && (
        <div className="overflow-x-auto">
          <JobTable jobs={jobs} runs={timeline?.runs ?? []} />
        </div>
      )}
      {jobs === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {jobs === undefined && error === null && (
        <div className="grid gap-6 px-4 pt-12 pb-3" role="status" aria-label="Loading">
          {jobIds.map((job) => (
            <Skeleton key={job} className="h-5" />
          ))}
        </div>
      )}
    </Panel>
  )
}
