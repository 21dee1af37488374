import type { RunDetail } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { Drawer } from '@/components/ui/drawer'
import { FactList } from '@/components/ui/fact-list'
import { IntentLink } from '@/components/ui/intent-link'
import { StateLink } from '@/components/ui/state-link'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { StatusWord } from '@/components/ui/status-word'
import { runPageHref } from '@/lib/links'
import { runStates, toJobAbout, toJobId, toJobName } from './pipeline-labels'
import { runQuery } from './pipeline-queries'
import { toFacts, toResults } from './run-facts'
import { RunLog } from './run-log'
import { usePipelineState } from './use-pipeline-state'

const heading = 'mt-5 mb-2 text-[13px] font-semibold'

function Body({ run }: { run: RunDetail }) {
  const results = toResults(run)
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
      {results.length > 0 && (
        <>
          <h3 className={heading}>Results</h3>
          <FactList facts={results} />
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
      <IntentLink href={runPageHref(id)} className="ml-3 text-[13px] font-normal text-accent hover:underline">
        Open page
      </IntentLink>
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
