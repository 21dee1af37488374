import type { RunDetail } from '@contract/pipeline.ts'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft } from 'lucide-react'
import { FactList } from '@/components/ui/fact-list'
import { IntentLink } from '@/components/ui/intent-link'
import { Panel } from '@/components/ui/panel'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { StatusWord } from '@/components/ui/status-word'
import { jobHref } from '@/lib/links'
import { useSession } from '@/lib/session'
import { LogPanel } from './log-panel'
import { runStates, toJobAbout, toJobName } from './pipeline-labels'
import { healthQuery, runQuery } from './pipeline-queries'
import { Requests } from './request-table'
import { RetryChain } from './retry-chain'
import { toFacts, toResults } from './run-facts'
import { RunNow } from './run-now'

function Rerun({ jobId }: { jobId: string }) {
  const isAdmin = useSession()?.role === 'administrator'
  const { data } = useQuery(healthQuery)
  const job = data?.find(({ job_id }) => job_id === jobId)
  return isAdmin && job !== undefined && <RunNow job={job} label="Run again" />
}

function Head({ run }: { run: RunDetail }) {
  return (
    <header className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-[20px] leading-8 font-semibold">Run {run.id}</h1>
      <IntentLink href={jobHref(run.job_id)} className="text-[13px] text-accent hover:underline">
        {toJobName(run.job_id)}
      </IntentLink>
      <span className="text-[13px]">
        <StatusWord status={runStates[run.status]} />
      </span>
      <span className="ml-auto">
        <Rerun jobId={run.job_id} />
      </span>
    </header>
  )
}

function Run({ run }: { run: RunDetail }) {
  const results = toResults(run)
  return (
    <div data-testid="run">
      <Head run={run} />
      {run.error !== null && (
        <p className="mb-3 rounded-panel border border-line-strong bg-surface p-4 text-[13px] break-words">
          {run.error}
        </p>
      )}
      <div className="grid grid-cols-1 items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
        <div className="grid min-w-0 gap-3">
          <Panel title="Summary" note={toJobAbout(run.job_id)}>
            <div className="p-4">
              <FactList facts={toFacts(run)} />
            </div>
          </Panel>
          {results.length > 0 && (
            <Panel title="Results">
              <div className="p-4">
                <FactList facts={results} />
              </div>
            </Panel>
          )}
        </div>
        <div className="grid min-w-0 gap-3">
          <RetryChain run={run} />
          <Requests run={run} />
          <LogPanel run={run} />
        </div>
      </div>
    </div>
  )
}

const skeletons = ['head', 'summary', 'requests', 'log']

/** The page of one run. */
export function RunView({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(runQuery(id))
  return (
    <>
      <IntentLink
        href="/pipeline"
        className="mb-2 inline-flex items-center gap-1 text-[13px] text-muted hover:text-text"
      >
        <ChevronLeft aria-hidden size={14} strokeWidth={1.75} />
        Pipeline
      </IntentLink>
      {data !== undefined && data !== null && <Run run={data} />}
      {data === null && (
        <>
          <h1 className="sr-only">Run not found</h1>
          <EmptyState title={id === 0 ? 'Run not found' : `Run ${id} not found`}>
            <IntentLink href="/pipeline" className="text-[13px] text-accent hover:underline">
              Show all runs
            </IntentLink>
          </EmptyState>
        </>
      )}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <div className="grid gap-3" role="status" aria-label="Loading">
          {skeletons.map((name) => (
            <Skeleton key={name} className="h-24" />
          ))}
        </div>
      )}
    </>
  )
}
