import type { CheckHistory, CheckName, CheckResult } from '@contract/quality.ts'
import { useQuery } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { Drawer } from '@/components/ui/drawer'
import { FactList } from '@/components/ui/fact-list'
import { Moment } from '@/components/ui/moment'
import { Segmented } from '@/components/ui/segmented'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { StatusWord } from '@/components/ui/status-word'
import { formatDuration, formatExact, unknown } from '@/lib/format'
import { CheckChart } from './check-chart'
import { CheckMethodText } from './check-method'
import { checkStates, findWorst, formatObserved, severityWords, toCheckName, toThresholds } from './quality-labels'
import { historyQuery } from './quality-queries'
import type { HistorySpan, QualityState } from './quality-url-state'
import { ResultTable } from './result-table'
import { Samples } from './samples'
import { toTableName } from './table-names'
import { useQualityState } from './use-quality-state'

const hourMs = 3_600_000
const heading = 'mt-5 mb-2 text-[13px] font-semibold'

const spans: readonly { value: HistorySpan; label: string }[] = [
  { value: '24', label: '24 h' },
  { value: '168', label: '7 d' },
  { value: '720', label: '30 d' },
]

/** The verdict that the URL means: by its number, the worst of its hour, or the newest. */
function findChosen(results: readonly CheckResult[], { verdict, hour }: QualityState): CheckResult | undefined {
  if (verdict !== null) return results.find(({ id }) => id === verdict)
  if (hour === null) return results.at(-1)
  return findWorst(
    results.filter(({ executed_at }) => {
      const at = Date.parse(executed_at)
      return at >= hour && at < hour + hourMs
    }),
  )
}

function toAbsence(results: readonly CheckResult[], { verdict }: QualityState): string {
  if (verdict !== null) return 'That verdict is not among those of this time: look further back.'
  return results.length === 0 ? 'It has given no verdict in this time.' : 'It has given no verdict in this hour.'
}

function Verdict({ result, unit }: { result: CheckResult; unit: string }) {
  const { error } = result.details
  return (
    <div data-testid="verdict">
      <FactList
        facts={[
          { label: 'Result', value: <StatusWord status={checkStates[result.status]} /> },
          { label: 'Checked at', value: <Moment at={result.executed_at} precision="second" /> },
          { label: 'Observed', value: formatObserved(result.observed, unit) },
          { label: 'Threshold at check time', value: toThresholds({ ...result, unit }) },
          { label: 'Rows checked', value: formatExact(result.rows_checked) },
          {
            label: 'Duration',
            value: result.duration_ms === null ? unknown : formatDuration(result.duration_ms / 1000),
          },
        ]}
      />
      {typeof error === 'string' && (
        <p className="mt-3 rounded-control border border-line-strong p-3 text-[13px] break-words">
          The check broke: {error}
        </p>
      )}
      <Samples result={result} />
    </div>
  )
}

function Body({ history }: { history: CheckHistory }) {
  const { state, go } = useQualityState()
  const { method, results } = history
  const chosen = findChosen(results, state)
  return (
    <div className="p-4" data-testid="check">
      <p className="text-[14px]">{method.question}</p>
      <p className="mt-1 mb-4 text-[12px] text-muted">
        {`${toTableName(method.table_name)} · ${method.dimension} · ${severityWords[method.severity].toLowerCase()} when it fails`}
      </p>
      {chosen === undefined ? (
        <p className="text-[13px] text-muted">{toAbsence(results, state)}</p>
      ) : (
        <Verdict result={chosen} unit={method.unit} />
      )}
      <div className="mt-5 mb-2 flex items-center justify-between gap-3">
        <h3 className="text-[13px] font-semibold">History</h3>
        <Segmented
          label="How far back"
          value={state.hours}
          options={spans}
          onChange={(hours) => go({ hours, verdict: null, hour: null })}
        />
      </div>
      <CheckChart history={history} hours={Number(state.hours)} chosen={chosen} />
      <ResultTable results={results} unit={method.unit} chosen={chosen} />
      <h3 className={heading}>Method</h3>
      <CheckMethodText method={method} />
    </div>
  )
}

function Content({ name }: { name: string }) {
  const { state, close } = useQualityState()
  const { data, error, refetch } = useQuery(historyQuery(name, Number(state.hours)))
  if (data === null)
    return (
      <EmptyState title="There is no such check">
        <Button onClick={close}>Show all checks</Button>
      </EmptyState>
    )
  if (data !== undefined) return <Body history={data} />
  if (error !== null) return <ErrorState message={error.message} onRetry={() => void refetch()} />
  return (
    <div className="grid gap-3 p-4" role="status" aria-label="Loading">
      {['question', 'verdict', 'observed', 'threshold', 'history', 'method'].map((part) => (
        <Skeleton key={part} className="h-5" />
      ))}
    </div>
  )
}

/** A check: its numbers, what is at fault, its history and its method; closed where it is null. */
export function CheckDrawer({ name }: { name: CheckName | null }) {
  const { close } = useQualityState()
  return (
    name !== null && (
      <Drawer title={toCheckName(name)} onClose={close}>
        <Content name={name} />
      </Drawer>
    )
  )
}
