import { jobIds, runStatuses } from '@contract/lists.ts'
import type { Run } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { ArrowUpRight } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { Moment } from '@/components/ui/moment'
import { Pager } from '@/components/ui/pager'
import { Panel } from '@/components/ui/panel'
import { StateLink } from '@/components/ui/state-link'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { StatusWord } from '@/components/ui/status-word'
import { Value } from '@/components/ui/value'
import { formatDuration, formatExact } from '@/lib/format'
import { runPageHref } from '@/lib/links'
import { runStates, toJobName, triggerLabels } from './pipeline-labels'
import { runsQuery } from './pipeline-queries'
import { toRunQuery } from './pipeline-url-state'
import { usePipelineState } from './use-pipeline-state'

const wideOnly = 'hidden @min-[640px]:table-cell'
const widestOnly = 'hidden @min-[980px]:table-cell'

const toCount = (rows: number | null): string => formatExact(rows)

const columns = [
  { label: 'Run', className: 'text-left' },
  { label: 'Job', className: 'text-left' },
  { label: 'Status', className: 'text-left' },
  { label: 'Started', className: 'text-left' },
  { label: 'Trigger', className: cn('text-left', widestOnly) },
  { label: 'Duration', className: cn('text-right', wideOnly) },
  { label: 'Rows read', className: cn('text-right', wideOnly) },
  { label: 'Written', className: cn('text-right', wideOnly) },
  { label: 'Rejected', className: cn('pr-4! text-right @min-[980px]:pr-2!', wideOnly) },
  { label: 'Message', className: cn('w-full max-w-0 text-left', widestOnly) },
] as const

/** The error of a run, or why it had nothing to do. */
function toMessage({ error, details }: Run): string {
  if (error !== null) return error
  return typeof details.idle === 'string' ? details.idle : ''
}

function RunRow({ run }: { run: Run }) {
  const { state, linkTo } = usePipelineState()
  const message = toMessage(run)
  const rejected = run.records_rejected ?? 0
  const cells = [
    <span key="run" className="inline-flex items-center gap-1.5">
      <StateLink {...linkTo({ run: run.id })} className="text-accent hover:underline">
        {run.id}
        <span className="sr-only"> of {toJobName(run.job_id)}: details and log</span>
      </StateLink>
      <IntentLink
        href={runPageHref(run.id)}
        aria-label={`Page of run ${run.id}`}
        title="Open page"
        className="hidden text-faint hover:text-accent @min-[640px]:block"
      >
        <ArrowUpRight size={14} strokeWidth={1.75} />
      </IntentLink>
    </span>,
    <span key="job" className="block leading-4 whitespace-normal @min-[350px]:whitespace-nowrap">
      {toJobName(run.job_id)}
    </span>,
    <StatusWord key="state" status={runStates[run.status]} />,
    <Moment key="start" at={run.start_time} precision="second" />,
    run.attempt > 1 ? `${triggerLabels[run.trigger]}, attempt ${run.attempt}` : triggerLabels[run.trigger],
    formatDuration(run.duration_seconds),
    <Value key="read" text={toCount(run.records_read)} />,
    <Value key="written" text={toCount(run.records_processed)} />,
    <Value
      key="rejected"
      text={toCount(run.records_rejected)}
      className={cn(rejected > 0 && 'font-medium text-warn')}
    />,
    <span key="message" className="block truncate text-muted" title={message}>
      {message}
    </span>,
  ]
  return (
    <tr className={cn('border-b border-line last:border-0 hover:bg-raised', run.id === state.run && 'bg-raised')}>
      {columns.map(({ label, className }, index) => (
        <td
          key={label}
          className={cn('h-9 px-1 whitespace-nowrap min-[360px]:px-1.5 first:pl-3 md:px-2 md:first:pl-4', className)}
        >
          {cells[index]}
        </td>
      ))}
    </tr>
  )
}

function RunTable({ runs, busy }: { runs: readonly Run[]; busy: boolean }) {
  return (
    <table
      className={cn('num w-full border-collapse text-[12px] md:text-[13px]', busy && 'opacity-60')}
      aria-busy={busy}
      data-testid="runs"
    >
      <thead>
        <tr>
          {columns.map(({ label, className }) => (
            <th
              key={label}
              scope="col"
              className={cn(
                'h-8 border-b border-line px-1 text-[12px] font-medium whitespace-nowrap text-muted first:pl-3 min-[360px]:px-1.5 md:px-2 md:first:pl-4',
                className,
              )}
            >
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  )
}

const select = 'h-8 max-w-36 rounded-control border border-line-strong bg-surface px-2 text-[13px]'

function Filters() {
  const { state, go } = usePipelineState()
  return (
    <>
      <select
        aria-label="Filter by job"
        value={state.job ?? ''}
        onChange={(event) => go({ job: jobIds.find((job) => job === event.target.value) ?? null, page: 1 })}
        className={select}
      >
        <option value="">All jobs</option>
        {jobIds.map((job) => (
          <option key={job} value={job}>
            {toJobName(job)}
          </option>
        ))}
      </select>
      <select
        aria-label="Filter by status"
        value={state.status ?? ''}
        onChange={(event) => go({ status: runStatuses.find((each) => each === event.target.value) ?? null, page: 1 })}
        className={select}
      >
        <option value="">All statuses</option>
        {runStatuses.map((status) => (
          <option key={status} value={status}>
            {runStates[status].word}
          </option>
        ))}
      </select>
    </>
  )
}

function EmptyTable({ total }: { total: number }) {
  const { state, go } = usePipelineState()
  if (total > 0)
    return (
      <EmptyState title={`Page ${state.page} not found`}>
        <Button onClick={() => go({ page: 1 })}>Go to first page</Button>
      </EmptyState>
    )
  if (state.job === null && state.status === null)
    return (
      <EmptyState title="No runs yet">
        <p className="text-[13px] text-muted">Jobs start once a process with the role “jobs” is running.</p>
      </EmptyState>
    )
  return (
    <EmptyState title="No matching runs">
      <Button onClick={() => go({ job: null, status: null, page: 1 })}>Show all runs</Button>
    </EmptyState>
  )
}

const skeletonRows = Array.from({ length: 20 }, (_, row) => row)

/** All runs, newest first. Filters and page are in the URL. */
export function Runs() {
  const { state, go } = usePipelineState()
  const { data, error, refetch, isPlaceholderData } = useQuery(runsQuery(toRunQuery(state)))
  const note = data === undefined ? '' : `${formatExact(data.total)} ${data.total === 1 ? 'run' : 'runs'}`
  return (
    <Panel title="Runs" note={note} controls={<Filters />} className="@container">
      {data !== undefined && data.items.length > 0 && <RunTable runs={data.items} busy={isPlaceholderData} />}
      {data !== undefined && data.items.length === 0 && <EmptyTable total={data.total} />}
      {data !== undefined && data.total > 0 && <Pager list={data} onPage={(page) => go({ page })} />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <div className="grid gap-4 p-4" role="status" aria-label="Loading">
          {skeletonRows.map((row) => (
            <Skeleton key={row} className="h-5" />
          ))}
        </div>
      )}
    </Panel>
  )
}
