import type { QualityHours, TableQuality } from '@contract/quality.ts'
import { useQuery } from '@tanstack/react-query'
import { MethodPopover } from '@/components/charts/method'
import { Sparkline } from '@/components/charts/sparkline'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { StateLink } from '@/components/ui/state-link'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { checkStates, isWrong, toCheckName, worstFirst } from './quality-labels'
import { hoursQuery, tablesQuery } from './quality-queries'
import { formatScore, toTableName } from './table-names'
import { useQualityState } from './use-quality-state'

const method = {
  about: 'The share of checks that pass by their newest verdict: a warning counts half, a failure or an error nothing.',
  facts: [
    { label: 'Formula', text: '(passed + warnings ÷ 2) ÷ checks, in percent' },
    { label: 'Rounding', text: 'down to a tenth, so that 100% means that every check passes' },
    { label: 'Left out', text: 'checks that had nothing to look at' },
    { label: 'Trend', text: 'the score at each full hour of the last 24, and now' },
  ],
}

const toCounts = ({ passed, total_checks, no_data }: TableQuality): string =>
  `${passed} of ${total_checks} passed${no_data === 0 ? '' : `, ${no_data} without data`}`

function Lowering({ checks }: { checks: QualityHours['checks'] }) {
  const { linkTo, open } = useQualityState()
  const wrong = checks.flatMap(({ check_name, latest }) =>
    latest !== null && isWrong(latest.status) ? [{ check_name, status: latest.status }] : [],
  )
  wrong.sort((a, b) => worstFirst.indexOf(a.status) - worstFirst.indexOf(b.status))
  return wrong.map(({ check_name, status }) => {
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
  const isWhole = table.score === 100
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_6rem_4.5rem] items-center gap-x-4 gap-y-1 border-t border-line px-4 py-2.5 text-[13px] first:border-0">
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
          label={`Score over 24 h: from ${formatScore(scores[0] ?? 0)} to ${formatScore(table.score)}`}
        />
      </div>
      <p
        className={cn(
          'num text-right text-[16px] font-semibold',
          !isWhole && (table.failed + table.errors > 0 ? 'text-bad' : 'text-warn'),
        )}
      >
        {formatScore(table.score)}
      </p>
      {!isWhole && (
        <p className="col-span-3 text-[12px] leading-5">
          <span className="mr-2 text-muted">Lowered by</span>
          <Lowering checks={checks} />
        </p>
      )}
    </li>
  )
}

/** How each table is, and what lowers its score. */
export function Scores() {
  const { data, error, refetch } = useQuery(tablesQuery)
  const { data: hours } = useQuery(hoursQuery)
  return (
    <Panel
      title="Tables"
      note="Score now, beside its last 24 h"
      controls={<MethodPopover title="Score" method={method} />}
    >
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
        <EmptyState title="No check has run yet">
          <a href="/pipeline?job=data_quality_checks" className="text-[13px] text-accent underline">
            See the runs of the checks
          </a>
        </EmptyState>
      )}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-80" />}
    </Panel>
  )
}
