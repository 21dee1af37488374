import type { CorrelationMatrix, VolatilityRanking } from '@contract/analytics.ts'
import { canAnnualize, minAnnualizedReturns, toMinReturns } from '@contract/returns.ts'
import { Segmented } from '@/components/ui/segmented'
import { Switch } from '@/components/ui/switch'
import { formatDay } from '@/lib/format'
import { toSpan } from './analytics-methods'
import { type Period, periodOptions } from './analytics-url-state'

type ToolbarProps = {
  matrix: CorrelationMatrix | undefined
  coins: VolatilityRanking | undefined
  period: Period
  stablecoins: boolean
  wrapped: boolean
  onPeriod: (period: Period) => void
  onStablecoins: (stablecoins: boolean) => void
  onWrapped: (wrapped: boolean) => void
}

function Basis({ matrix, coins }: Pick<ToolbarProps, 'matrix' | 'coins'>) {
  if (matrix === undefined || coins === undefined) return null
  const [first] = coins
  if (matrix.as_of === null || first === undefined) return 'Not computed yet'
  const needed = toMinReturns(first.period_days)
  const counts = coins.map(({ observations }) => observations)
  const enough = counts.filter((count) => count >= needed)
  const few = counts.length - enough.length
  return (
    <>
      <span>As of the close of {formatDay(matrix.as_of)}, UTC</span>
      <span>
        {enough.length} coins with {toSpan(enough)} daily returns
        {few > 0 && `, ${few} with too few`}
      </span>
      {!canAnnualize(first.period_days) && <span>Annualized figures need {minAnnualizedReturns} daily returns</span>}
    </>
  )
}

/** Title, basis and filters of the page. */
export function AnalyticsToolbar(props: ToolbarProps) {
  const { matrix, coins, period, stablecoins, wrapped, onPeriod, onStablecoins, onWrapped } = props
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-[20px] leading-8 font-semibold">Analytics</h1>
      <p className="num flex flex-wrap gap-x-4 text-[12px] leading-4 text-muted" data-testid="basis">
        <Basis matrix={matrix} coins={coins} />
      </p>
      <div className="flex w-full flex-wrap items-center gap-x-4 gap-y-2 sm:ml-auto sm:w-auto">
        <Switch label="Stablecoins" checked={stablecoins} onChange={onStablecoins} />
        <Switch
          label="Wrapped and staked"
          title="Include wrapped, staked and bridged coins"
          checked={wrapped}
          onChange={onWrapped}
        />
        <Segmented label="Period" value={period} options={periodOptions} onChange={onPeriod} />
      </div>
    </div>
  )
}
