import type { CheckHistory, CheckName, CheckResult } from '@contract/quality.ts'
import { hourMs } from '@contract/time.ts'
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
import { checkStates, findWorst, formatObserved, severityLabels, toThresholds } from './quality-labels'
import { toCheckName, toTableName } from './quality-names'
import { historyQuery } from './quality-queries'
import type { HistorySpan, QualityState } from './quality-url-state'
import { ResultTable } from './result-table'
import { Samples } from './samples'
import { useQualityState } from './use-quality-state'

const heading = 'mt-5 mb-2 text-[13px] font-semibold'

const spans: readonly { value: HistorySpan; label: string }[] = [
  { value: '24', label: '24h' },
  { value: '168', label: '7d' },
  { value: '720', label: '30d' },
]

/** The result that the URL selects: by id, the worst of an hour, or the newest. */
function findSelected(results: readonly CheckResult[], { result, hour }: QualityState): CheckResult | undefined {
  if (result !== null) return results.find(({ id }) => id === result)
  if (hour === null) return results.at(-1)
  return findWorst(
    results.filter(({ executed_at }) => {
      const at = Date.parse(executed_at)
      return at >= hour && at < hour + hourMs
    }),
  )
}

function toEmptyText(results: readonly CheckResult[], { result }: QualityState): string {
  if (result !== null) return 'Result not found in this period. Select a longer period.'
  return results.length === 0 ? 'No results in this period.' : 'No results in this hour.'
}

function ResultFacts({ result, unit }: { result: CheckResult; unit: string }) {
  const { error } = result.details
  return (
    <div data-testid="result">
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
          The check failed to run: {error}
        </p>
      )}
      <Samples result={result} />
    </div>
  )
}

function Body({ history }: { history: CheckHistory }) {
  const { state, go } = useQualityState()
  const { method, results } = history
  const selected = findSelected(results, state)
  return (
    <div className="p-4" data-testid="check">
      <p className="text-[14px]">{method.question}</p>
      <p className="mt-1 mb-4 text-[12px] text-muted">
        {`${toTableName(method.table_name)} · ${method.dimension} · ${severityLabels[method.severity].toLowerCase()} severity`}
      </p>
      {selected === undefined ? (
        <p className="text-[13px] text-muted">{toEmptyText(results, state)}</p>
      ) : (
        <ResultFacts result={selected} unit={method.unit} />
      )}
      <div className="mt-5 mb-2 flex items-center justify-between gap-3">
        <h3 className="text-[13px] font-semibold">History</h3>
        <Segmented
          label="History period"
          value={state.hours}
          options={spans}
          onChange={(hours) => go({ hours, result: null, hour: null })}
        />
      </div>
      <CheckChart history={history} hours={Number(state.hours)} selected={selected} />
      <ResultTable results={results} unit={method.unit} selected={selected} />
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
      <EmptyState title="Check not found">
        <Button onClick={close}>Show all checks</Button>
      </EmptyState>
    )
  if (data !== undefined) return <Body history={data} />
  if (error !== null) return <ErrorState message={error.message} onRetry={() => void refetch()} />
  return (
    <div className="grid gap-3 p-4" role="status" aria-label="Loading">
      {['question', 'result', 'observed', 'threshold', 'history', 'method'].map((part) => (
        <Skeleton key={part} className="h-5" />
      ))}
    </div>
  )
}

/** A check with its result, failing rows, history and method; closed when `name` is null. */
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
