import type { ChainedRun, RunDetail } from '@contract/pipeline.ts'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { Age, Moment } from '@/components/ui/moment'
import { Panel } from '@/components/ui/panel'
import { StatusWord } from '@/components/ui/status-word'
import { formatDuration } from '@/lib/format'
import { runPageHref } from '@/lib/links'
import { runStates, triggerLabels } from './pipeline-labels'

function Attempt({ run, isOpen }: { run: ChainedRun; isOpen: boolean }) {
  const { id, attempt, status, trigger, start_time, duration_seconds, error, wait_seconds } = run
  const name = `Attempt ${attempt}`
  return (
    <li
      aria-current={isOpen ? 'true' : undefined}
      className={cn('border-t border-line px-4 py-2.5 text-[13px] first:border-0', isOpen && 'bg-raised')}
    >
      {wait_seconds !== null && (
        <p className="num mb-1 text-[12px] text-muted">Waited {formatDuration(Math.max(0, wait_seconds))}</p>
      )}
      <p className="num flex flex-wrap items-center gap-x-4 gap-y-1">
        {isOpen ? (
          <span className="font-medium">{name}</span>
        ) : (
          <IntentLink href={runPageHref(id)} className="font-medium text-accent hover:underline">
            {name}
          </IntentLink>
        )}
        <StatusWord status={runStates[status]} />
        <span className="text-muted">
          {triggerLabels[trigger]}, <Moment at={start_time} precision="second" />, {formatDuration(duration_seconds)}
        </span>
      </p>
      {error !== null && <p className="mt-1 break-words text-muted">{error}</p>}
    </li>
  )
}

/** The attempts of a retry chain: cause and wait of each. */
export function RetryChain({ run: { id, chain } }: { run: RunDetail }) {
  const last = chain.at(-1)
  const isPending = last?.retry_at != null
  if (chain.length < 2 && !isPending) return null
  return (
    <Panel title="Retry chain" note={`${chain.length} ${chain.length === 1 ? 'attempt' : 'attempts'}`}>
      <ol data-testid="chain">
        {chain.map((run) => (
          <Attempt key={run.id} run={run} isOpen={run.id === id} />
        ))}
        {last?.retry_at != null && (
          <li className="num border-t border-line px-4 py-2.5 text-[13px] text-muted">
            Next attempt planned for <Moment at={last.retry_at} precision="second" />
            <Age at={last.retry_at} className="ml-1.5 text-faint" />
          </li>
        )}
      </ol>
    </Panel>
  )
}
