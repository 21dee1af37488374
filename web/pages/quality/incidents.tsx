import { severities } from '@contract/lists.ts'
import type { Incident, TableQuality } from '@contract/quality.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { Age, Moment } from '@/components/ui/moment'
import { Panel } from '@/components/ui/panel'
import { StateLink } from '@/components/ui/state-link'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { StatusWord } from '@/components/ui/status-word'
import { checkStates, formatObserved, severityLabels } from './quality-labels'
import { toCheckName, toTableName } from './quality-names'
import { methodsQuery, tablesQuery } from './quality-queries'
import { useQualityState } from './use-quality-state'

/** Most severe first, then the oldest. */
const listIncidents = (tables: readonly TableQuality[]): Incident[] =>
  tables
    .flatMap(({ incidents }) => incidents)
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.opened_at.localeCompare(b.opened_at),
    )

function RelatedChecks({ names }: { names: readonly string[] }) {
  const { linkTo, open } = useQualityState()
  if (names.length === 0) return null
  return (
    <p className="text-muted">
      {'Also failing: '}
      {names.map((name) => (
        <StateLink key={name} {...linkTo(open(name))} className="mr-3 text-accent hover:underline">
          {toCheckName(name)}
        </StateLink>
      ))}
    </p>
  )
}

function IncidentRow({ incident }: { incident: Incident }) {
  const { linkTo, open } = useQualityState()
  const { data: methods } = useQuery(methodsQuery)
  const method = methods?.find(({ check_name }) => check_name === incident.check_name)
  const { failures, passes } = incident
  const error = incident.details.error
  return (
    <li className="grid gap-x-6 gap-y-1 border-t border-line px-4 py-2.5 text-[13px] first:border-0 md:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3">
          <StatusWord status={checkStates[incident.status]} />
          <StateLink {...linkTo(open(incident.check_name))} className="font-medium hover:text-accent">
            {toCheckName(incident.check_name)}
          </StateLink>
          <span className="text-muted">{toTableName(incident.table_name)}</span>
        </p>
        <p className="num text-muted">
          {typeof error === 'string'
            ? error
            : `${method?.question ?? ''} Last failure: ${formatObserved(incident.observed, method?.unit ?? '')}.`}
        </p>
        <RelatedChecks names={incident.folded} />
      </div>
      <p className="num text-muted md:text-right">
        <span className={cn('block', incident.severity === 'critical' && 'font-medium text-bad')}>
          {severityLabels[incident.severity]}
        </span>
        Since <Moment at={incident.opened_at} /> <Age at={incident.opened_at} className="text-faint" />
        <span className="block">
          {`${failures} ${failures === 1 ? 'failure' : 'failures'}`}
          {passes > 0 && `, then ${passes} passed`}
        </span>
      </p>
    </li>
  )
}

function NoIncidents({ tables }: { tables: readonly TableQuality[] }) {
  const at = tables
    .map(({ last_checked_at }) => last_checked_at)
    .sort()
    .at(-1)
  if (at === undefined)
    return (
      <p className="px-4 py-3 text-[13px] text-muted">
        No checks have run yet. They start after the first snapshot.{' '}
        <a href="/pipeline?job=data_quality_checks" className="text-accent underline">
          View check runs
        </a>
      </p>
    )
  return (
    <p className="num flex flex-wrap items-center gap-2 px-4 py-3 text-[13px]">
      <CircleCheck aria-hidden size={16} strokeWidth={1.75} className="text-muted" />
      No open incidents.
      <span className="text-muted">
        Last checked <Moment at={at} precision="time" /> <Age at={at} className="text-faint" />
      </span>
    </p>
  )
}

export function Incidents() {
  const { data, error, refetch } = useQuery(tablesQuery)
  const incidents = listIncidents(data ?? [])
  const note =
    incidents.length === 0 ? 'Opens on failure; resolves after two consecutive passes' : `${incidents.length} open`
  return (
    <Panel title="Incidents" note={data === undefined ? undefined : note}>
      {data !== undefined && incidents.length === 0 && <NoIncidents tables={data} />}
      {incidents.length > 0 && (
        <ul data-testid="incidents">
          {incidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="mx-4 my-3 h-5" />}
    </Panel>
  )
}
