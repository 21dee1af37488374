import type { CorrelationMatrix, VolatilityRanking } from '@contract/analytics.ts'
import { useId } from 'react'
import { Segmented } from '@/components/ui/segmented'
import { formatDay } from '@/lib/format'
import { toNeededReturns } from '@/lib/returns'
import { type Period, periodOptions } from './state'
import { toSpan } from './words'

type ToolbarProps = {
  matrix: CorrelationMatrix | undefined
  coins: VolatilityRanking | undefined
  period: Period
  stablecoins: boolean
  onPeriod: (period: Period) => void
  onStablecoins: (stablecoins: boolean) => void
}

/** As of when, of how many returns, and of how many coins the figures are. */
function Basis({ matrix, coins }: Pick<ToolbarProps, 'matrix' | 'coins'>) {
  if (matrix === undefined || coins === undefined) return null
  const [first] = coins
  if (matrix.as_of === null || first === undefined) return 'Not computed yet'
  const needed = toNeededReturns(first.period_days)
  const counts = coins.map(({ observations }) => observations)
  const enough = counts.filter((count) => count >= needed)
  const few = counts.length - enough.length
  return (
    <>
      <span>As of the close of {formatDay(matrix.as_of)}, UTC</span>
      <span>
        {toSpan(enough)} daily returns for each of {enough.length} coins
        {few > 0 && `, too few of ${few} more`}
      </span>
    </>
  )
}

/** What holds for the whole page. */
export function Toolbar({ matrix, coins, period, stablecoins, onPeriod, onStablecoins }: ToolbarProps) {
  const label = useId()
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-[20px] leading-8 font-semibold">Analytics</h1>
      <p className="num flex flex-wrap gap-x-4 text-[12px] leading-4 text-muted" data-testid="basis">
        <Basis matrix={matrix} coins={coins} />
      </p>
      <div className="flex w-full flex-wrap items-center gap-x-4 gap-y-2 sm:ml-auto sm:w-auto">
        <label className="flex h-8 cursor-pointer items-center gap-2 text-[13px] text-muted">
          <button
            type="button"
            role="switch"
            aria-checked={stablecoins}
            aria-labelledby={label}
            onClick={() => onStablecoins(!stablecoins)}
            className="group relative h-5 w-9 rounded-full border border-line-strong bg-surface aria-checked:border-accent aria-checked:bg-accent"
          >
            <span className="block size-3.5 translate-x-0.5 rounded-full bg-muted group-aria-checked:translate-x-[18px] group-aria-checked:bg-surface" />
          </button>
          <span id={label}>Stablecoins</span>
        </label>
        <Segmented label="Period" value={period} options={periodOptions} onChange={onPeriod} />
      </div>
    </div>
  )
}
