import type { Comparison } from '@contract/compare.ts'
import { maxComparedCoins } from '@contract/compare-lists.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from 'lucide-react'
import { useQueryStates } from 'nuqs'
import { useRef } from 'react'
import { Button } from '@/components/ui/button'
import { Segmented } from '@/components/ui/segmented'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { ApiError } from '@/lib/api'
import { copyLink } from '@/lib/copy-link'
import { toCurrency } from '@/lib/preferences'
import { CoinChips } from './coin-chips'
import { ComparePanel } from './compare-panel'
import { comparisonQuery } from './compare-query'
import type { ComparedCoin } from './compare-scene'
import { describeDays, explainNoDays } from './compare-texts'
import { compareParsers, currencyOptions, rangeOptions, toIds } from './compare-url-state'
import { CorrelationPanel } from './correlation-panel'
import { FiguresTable } from './figures-table'

function useCompareState() {
  const [state, setState] = useQueryStates(compareParsers, { history: 'push' })
  return { ...state, setState, ids: toIds(state.coins) }
}

type CompareState = ReturnType<typeof useCompareState>

/** The coins of this and earlier answers: a failed answer has none. */
function useKnownCoins(comparison: Comparison | undefined): ComparedCoin[] {
  const known = useRef<ComparedCoin[]>([])
  if (comparison !== undefined) known.current = comparison.coins
  return known.current
}

function Toolbar({ state, comparison }: { state: CompareState; comparison: Comparison | undefined }) {
  const { range, currency, setState } = state
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-[20px] leading-8 font-semibold">Compare</h1>
      <p className="num text-[12px] leading-4 text-muted" data-testid="basis">
        {comparison !== undefined && describeDays(comparison)}
      </p>
      <div className="flex w-full flex-wrap items-center gap-2 sm:ml-auto sm:w-auto">
        <Segmented
          label="Range"
          value={range}
          options={rangeOptions}
          onChange={(next) => void setState({ range: next })}
        />
        <select
          aria-label="Currency of the comparison"
          title="Currency of the comparison"
          value={currency}
          onChange={(event) => void setState({ currency: toCurrency(event.target.value) })}
          className="h-8 rounded-control border border-line-strong bg-surface px-2 text-[12px] font-medium"
        >
          {currencyOptions.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Button
          aria-label="Copy link"
          title="Copy a link to this comparison"
          onClick={() => void copyLink(location.href)}
        >
          <Link size={16} strokeWidth={1.75} />
          <span className="hidden sm:inline">Copy link</span>
        </Button>
      </div>
    </div>
  )
}

const Problem = ({ title, text }: { title: string; text: string }) => (
  <div className="panel">
    <EmptyState title={title}>
      <p role="alert" className="max-w-md text-[13px] text-muted">
        {text}
      </p>
    </EmptyState>
  </div>
)

/** What keeps the coins from being compared; null: nothing. */
function explainNothing(ids: readonly string[], comparison: Comparison | undefined, error: Error | null) {
  if (ids.length === 0)
    return { title: 'No coins', text: `Add up to ${maxComparedCoins} coins by name or symbol in the field above.` }
  if (ids.length > maxComparedCoins)
    return {
      title: 'Too many coins',
      text: `The link has ${ids.length} coins. Up to ${maxComparedCoins} can be compared: remove ${ids.length - maxComparedCoins} above.`,
    }
  if (error instanceof ApiError && error.status === 404)
    return { title: 'Unknown coin', text: `${error.message}. Remove it above, or add the coin by its name.` }
  if (comparison !== undefined && comparison.days === 0)
    return { title: 'No common days', text: explainNoDays(comparison) }
  return null
}

/** Coins over the same days: chart, figures and correlation. Everything chosen is in the URL. */
export function CompareView() {
  const state = useCompareState()
  const { ids, range, currency, figure, scale, setState } = state
  const { data, error, isPlaceholderData, refetch } = useQuery({
    ...comparisonQuery({ ids, range, currency }),
    enabled: ids.length > 0 && ids.length <= maxComparedCoins,
    placeholderData: keepPreviousData,
  })
  const comparison = ids.length === 0 || ids.length > maxComparedCoins ? undefined : data
  const coins = useKnownCoins(comparison)
  const problem = explainNothing(ids, comparison, error)
  return (
    <>
      <Toolbar state={state} comparison={comparison} />
      <CoinChips ids={ids} coins={coins} onChange={(next) => void setState({ coins: next })} />
      {problem !== null && <Problem {...problem} />}
      {problem === null && comparison === undefined && (
        <div className="panel h-[500px]">
          {error === null ? (
            <div className="h-full p-4">
              <Skeleton className="h-full" />
            </div>
          ) : (
            <ErrorState message={error.message} onRetry={() => void refetch()} />
          )}
        </div>
      )}
      {problem === null && comparison !== undefined && (
        <div className="grid grid-cols-1 gap-3 xl:grid-cols-[55fr_45fr]" aria-busy={isPlaceholderData}>
          <div className="min-w-0 xl:col-span-2">
            <ComparePanel {...{ comparison, figure, scale }} onChange={(change) => void setState(change)} />
          </div>
          <FiguresTable comparison={comparison} />
          <CorrelationPanel comparison={comparison} />
        </div>
      )}
    </>
  )
}
