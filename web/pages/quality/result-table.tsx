import type { CheckResult } from '@contract/quality.ts'
import { cn } from '@/components/ui/cn'
import { Moment } from '@/components/ui/moment'
import { StateLink } from '@/components/ui/state-link'
import { StatusWord } from '@/components/ui/status-word'
import { Value } from '@/components/ui/value'
import { formatExact } from '@/lib/format'
import { checkStates, formatObserved } from './quality-labels'
import { useQualityState } from './use-quality-state'

const maxShown = 30
const head = 'h-7 border-b border-line font-medium whitespace-nowrap text-muted'

type ResultTableProps = { results: readonly CheckResult[]; unit: string; selected: CheckResult | undefined }

/** The newest results of a check, with links to their details. */
export function ResultTable({ results, unit, selected }: ResultTableProps) {
  const { linkTo } = useQualityState()
  if (results.length === 0) return null
  return (
    <>
      <table className="num mt-2 w-full border-collapse text-[12px]" data-testid="results">
        <thead>
          <tr>
            {['Checked at', 'Result', 'Observed', 'Rows checked'].map((label) => (
              <th key={label} scope="col" className={cn(head, label === 'Rows checked' ? 'text-right' : 'text-left')}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {results
            .slice(-maxShown)
            .toReversed()
            .map((result) => (
              <tr
                key={result.id}
                className={cn('h-7 border-b border-line last:border-0', result.id === selected?.id && 'bg-raised')}
              >
                <td>
                  <StateLink {...linkTo({ result: result.id, hour: null })} className="text-accent hover:underline">
                    <Moment at={result.executed_at} />
                  </StateLink>
                </td>
                <td>
                  <StatusWord status={checkStates[result.status]} />
                </td>
                <td className="whitespace-nowrap">{formatObserved(result.observed, unit)}</td>
                <td className="text-right">
                  <Value text={formatExact(result.rows_checked)} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {results.length > maxShown && (
        <p className="mt-2 text-[12px] text-muted">{`Newest ${maxShown} of ${results.length} results`}</p>
      )}
    </>
  )
}
