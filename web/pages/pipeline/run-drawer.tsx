import type { RunDetail } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { CheckLink } from '@/components/ui/check-link'
import { Drawer } from '@/components/ui/drawer'
import { type Fact, FactList } from '@/components/ui/fact-list'
import { Moment } from '@/components/ui/moment'
import { StateLink } from '@/components/ui/state-link'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { StatusWord } from '@/components/ui/status-word'
import { Value } from '@/components/ui/value'
import { formatDuration, formatExact } from '@/lib/format'
import { runStates, toJobAbout, toJobId, toJobName, triggerLabels } from './pipeline-labels'
import { runQuery } from './pipeline-queries'
import { RunLog } from './run-log'
import { usePipelineState } from './use-pipeline-state'

const toCount = (rows: number | null) => <Value text={formatExact(rows)} />

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** A value of `details`: instants are formatted, checks are links. */
function Detail({ name, value }: { name: string; value: unknown }) {
  if (typeof value === 'string' && instant.test(value)) return <Moment at={value} precision="second" />
  if (Array.isArray(value) && value.length === 0) return 'None'
  if (Array.isArray(value) && (name === 'opened' || name === 'closed'))
    return value.map((check) => <CheckLink key={String(check)} name={String(check)} className="mr-3" />)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}

const toLabel = (name: string): string => {
  const words = name.replaceAll('_', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

const toFacts = (run: RunDetail): Fact[] => [
  { label: 'Trigger', value: triggerLabels[run.trigger] },
  { label: 'Attempt', value: run.attempt },
  { label: 'Started', value: <Moment at={run.start_time} precision="second" /> },
  {
    label: 'Ended',
    value: run.end_time === null ? 'In progress' : <Moment at={run.end_time} precision="second" />,
  },
  { label: 'Duration', value: formatDuration(run.duration_seconds) },
  { label: 'Rows read', value: toCount(run.records_read) },
  { label: 'Rows written', value: toCount(run.records_processed) },
  {
    label: 'Rows rejected',
    title: 'Quarantined with the rule they broke',
    value: toCount(run.records_rejected),
  },
]

const heading = 'mt-5 mb-2 text-[13px] font-semibold'

function Body({ run }: { run: RunDetail }) {
  const details = Object.entries(run.details).filter(([, value]) => value !== null)
  return (
    <div className="p-4" data-testid="run">
      <p className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
        <StatusWord status={runStates[run.status]} />
        <span className="text-muted">{toJobAbout(run.job_id)}</span>
      </p>
      {run.error !== null && (
        <p className="mb-4 rounded-control border border-line-strong p-3 text-[13px] break-words">{run.error}</p>
      )}
      <FactList facts={toFacts(run)} />
      {details.length > 0 && (
        <>
          <h3 className={heading}>Results</h3>
          <FactList
            facts={details.map(([name, value]) => ({
              label: toLabel(name),
              value: <Detail name={name} value={value} />,
            }))}
          />
        </>
      )}
      <h3 className={heading}>Log</h3>
      <RunLog log={run.log} />
    </div>
  )
}

function Content({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(runQuery(id))
  if (data === null)
    return (
      <EmptyState title={`Run ${id} not found`}>
        <p className="text-[13px] text-muted">Select a run from the table.</p>
      </EmptyState>
    )
  if (data !== undefined) return <Body run={data} />
  if (error !== null) return <ErrorState message={error.message} onRetry={() => void refetch()} />
  return (
    <div className="grid gap-3 p-4" role="status" aria-label="Loading">
      {['state', 'start', 'end', 'rows', 'log'].map((name) => (
        <Skeleton key={name} className="h-5" />
      ))}
    </div>
  )
}

function Title({ id }: { id: number }) {
  const { data } = useQuery(runQuery(id))
  const { linkTo } = usePipelineState()
  if (data === undefined || data === null) return <>Run {id}</>
  return (
    <>
      Run {id}
      <StateLink
        {...linkTo({ job: toJobId(data.job_id), status: null, page: 1, run: null })}
        className="ml-3 text-[13px] font-normal text-accent hover:underline"
      >
        {toJobName(data.job_id)}
      </StateLink>
    </>
  )
}

/** A run with its log; closed when `id` is null. */
export function RunDrawer({ id }: { id: number | null }) {
  const { go } = usePipelineState()
  return (
    id !== null && (
      <Drawer title={<Title id={id} />} onClose={() => go({ run: null })}>
        <Content id={id} />
      </Drawer>
    )
  )
}
