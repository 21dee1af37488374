import type { QualityHours, TableQuality } from '@contract/quality.ts'
import { useQuery } from '@tanstack/react-query'
import { MethodPopover } from '@/components/charts/method'
import { Sparkline } from '@/components/charts/sparkline'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { StateLink } from '@/components/ui/state-link'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { checkStates, needsAttention, worstFirst } from './quality-labels'
import { formatScore, toCheckName, toTableName } from './quality-names'
import { hoursQuery, tablesQuery } from './quality-queries'
import { useQualityState } from './use-quality-state'

const method = {
  about: 'Share of checks that passed in their latest run. A warning counts half.',
  facts: [
    { label: 'Formula', text: '(passed + warnings ÷ 2) ÷ checks' },
    { label: 'Rounding', text: 'Down to 0.1%. 100% means that every check passed.' },
    { label: 'Excluded', text: 'Checks without data' },
    { label: 'Trend', text: 'Score at each full hour of the last 24 h, and now' },
  ],
}

const toCounts = ({ passed, total_checks, no_data }: TableQuality): string =>
  `${passed} of ${total_checks} passed${no_data === 0 ? '' : `, ${no_data} without data`}`

function FailingChecks({ checks }: { checks: QualityHours['checks'] }) {
  const { linkTo, open } = useQualityState()
  const failing = checks.flatMap(({ check_name, latest }) =>
    latest !== null && needsAttention(latest.status) ? [{ check_name, status: latest.status }] : [],
  )
  failing.sort((a, b) => worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status))
  return failing.map(({ check_name, status }) => {
    const { icon: Icon, tone, word } = checkStates[status]
    return (
      <StateLink
        key={check_name}
        {...linkTo(open(check_name))}
        className="mr-3 inline-flex items-center gap-1 whitespace-nowrap hover:text-accent"
      >
        <Icon aria-hidden size={14} strokeWidth={1.75} className={tone === 'warn' ? 'text-warn' : 'text-bad'} />
        {toCheckName(check_name)}
        <span className="text-muted">{word.toLowerCase()}</span>
      </StateLink>
    )
  })
}

function ScoreRow({ table, checks }: { table: TableQuality; checks: QualityHours['checks'] }) {
  const scores = table.trend.map(({ score }) => score)
  const isPerfect = table.score === 100
  return (
    <li
      id={table.table_name}
      className="grid scroll-mt-16 grid-cols-[minmax(0,1fr)_6rem_4.5rem] items-center gap-x-4 gap-y-1 border-t border-line px-4 py-2.5 text-[13px] first:border-0"
    >
      <div className="min-w-0">
        <p className="font-medium" title={table.table_name}>
          {toTableName(table.table_name)}
        </p>
        <p className="num text-[12px] leading-4 text-muted">{toCounts(table)}</p>
      </div>
      <div>
        <Sparkline
          prices={scores}
          domain={[0, 100]}
          direction="flat"
          width={96}
          height={28}
          label={`24h score trend: from ${formatScore(scores[0] ?? 0)} to ${formatScore(table.score)}`}
        />
      </div>
      <p
        className={cn(
          'num text-right text-[16px] font-semibold',
          !isPerfect && (table.failed + table.errors > 0 ? 'text-bad' : 'text-warn'),
        )}
      >
        {formatScore(table.score)}
      </p>
      {!isPerfect && (
        <p className="col-span-3 text-[12px] leading-5">
          <span className="mr-2 text-muted">Lowered by</span>
          <FailingChecks checks={checks} />
        </p>
      )}
    </li>
  )
}

/** The score of each table, and the checks that lower it. */
export function Scores() {
  const { data, error, refetch } = useQuery(tablesQuery)
  const { data: hours } = useQuery(hoursQuery)
  return (
    <Panel title="Tables" note="Current score and 24h trend" controls={<MethodPopover title="Score" method={method} />}>
      {data !== undefined && data.length > 0 && (
        <ul data-testid="scores">
          {data.map((table) => (
            <ScoreRow
              key={table.table_name}
              table={table}
              checks={hours?.checks.filter(({ table_name }) => table_name === table.table_name) ?? []}
            />
          ))}
        </ul>
      )}
      {data?.length === 0 && (
        <EmptyState title="No checks have run yet">
          <a href="/pipeline?job=data_quality_checks" className="text-[13px] text-accent underline">
            View check runs
          </a>
        </EmptyState>
      )}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-80" />}
    </Panel>
  )
}
