import type { VolatilityRanking } from '@contract/analytics.ts'
import { canAnnualize, minAnnualizedReturns } from '@contract/returns.ts'
import type { Mode } from '@contract/units.ts'
import type { UseQueryResult } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import { elementToCanvas } from '@/components/charts/element-canvas'
import { TierLegend } from '@/components/charts/tier-legend'
import { Segmented } from '@/components/ui/segmented'
import { formatCompactUsd } from '@/lib/format'
import { fromRanking, toScatterMethod } from './analytics-methods'
import { toScatterTable } from './analytics-tables'
import { sharpeTiers } from './analytics-tiers'
import { type Vertical, verticalOptions } from './analytics-url-state'
import { useLit } from './highlight'
import { notComputedYet, PanelState } from './panel-state'
import { describeFigures, listPlotted, type Plotted } from './scatter-coins'
import { toRadius } from './scatter-layout'
import { ScatterPlot } from './scatter-plot'

/** Market caps in the legend, as fractions of the largest. */
const sizeParts = [1, 0.25, 0]

function SizeLegend({ coins }: { coins: readonly Plotted[] }) {
  const largest = Math.max(0, ...coins.map(({ coin }) => coin.market_cap ?? 0))
  const radius = toRadius(largest)
  return (
    <ul aria-label="Area: market cap" className="num flex flex-wrap items-center gap-x-4 gap-y-1">
      {(largest > 0 ? sizeParts : []).map((part) => {
        const size = 2 * radius(largest * part)
        return (
          <li key={part} className="flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className="rounded-full border border-muted" style={{ width: size, height: size }} />
            {part === 0 ? 'Small' : formatCompactUsd(largest * part)}
          </li>
        )
      })}
      <li>Area: market cap</li>
    </ul>
  )
}

/** The highlighted coin; by default the number of coins with a positive return. */
function ReadOut({ coins, hidden }: { coins: readonly Plotted[]; hidden: number }) {
  const { ids } = useLit()
  const lit = coins.find(({ coin }) => coin.coin_id === ids[0])
  const rose = coins.filter(({ periodReturn }) => periodReturn > 0).length
  const few = hidden === 0 ? '' : `, ${hidden} ${hidden === 1 ? 'has' : 'have'} too few returns`
  return (
    <p className="num flex min-h-10 items-center px-4 text-[12px] leading-4" data-testid="scatter-read-out">
      {lit === undefined ? (
        `${rose} of ${coins.length} coins had a positive return${few}`
      ) : (
        <span aria-hidden>
          <span className="font-semibold">{lit.coin.name}</span> {describeFigures(lit)}
        </span>
      )}
    </p>
  )
}

function toEmpty(data: VolatilityRanking | undefined, plotted: readonly Plotted[]) {
  if (data === undefined) return undefined
  if (data.length === 0) return notComputedYet
  if (plotted.length > 0) return null
  return {
    title: 'Too few daily returns',
    text: `${data[0]?.annualized_reason ?? 'Too little history for this period'}. Choose another period.`,
  }
}

type ScatterProps = {
  query: UseQueryResult<VolatilityRanking>
  vertical: Vertical
  onVertical: (vertical: Vertical) => void
  period: number
  mode: Mode | undefined
  className?: string
}

export function Scatter({ query, vertical, onVertical, period, mode, className }: ScatterProps) {
  const { data, error, refetch } = query
  const plotted = useMemo(() => listPlotted(data ?? [], vertical), [data, vertical])
  const plot = useRef<HTMLDivElement>(null)
  return (
    <ChartFrame
      title="Risk and return"
      sentence="Return and volatility of each coin. Higher is better, further right is riskier."
      method={toScatterMethod(fromRanking(data ?? [], period, mode))}
      toTable={() => toScatterTable(data ?? [], period)}
      fileName={`risk-return-${period}d`}
      toCanvas={() => elementToCanvas(plot.current)}
      tableClassName="h-[420px] sm:h-[538px]"
      {...(className === undefined ? {} : { className })}
      controls={<Segmented label="Vertical axis" value={vertical} options={verticalOptions} onChange={onVertical} />}
      legend={
        <div className="grid gap-2">
          {canAnnualize(period) ? (
            <TierLegend label="Sharpe ratio" tiers={sharpeTiers} isRatio />
          ) : (
            <p>The Sharpe ratio needs at least {minAnnualizedReturns} daily returns.</p>
          )}
          <div className="flex flex-wrap gap-x-6 gap-y-1">
            <SizeLegend coins={plotted} />
            <p>
              Dashed: zero and median volatility.{vertical === 'sharpe' && ' Thin lines: constant Sharpe ratio.'}{' '}
              Arrows: off the scale.
            </p>
          </div>
        </div>
      }
    >
      <PanelState
        error={error}
        onRetry={() => void refetch()}
        empty={toEmpty(data, plotted)}
        className="h-[420px] sm:h-[538px]"
      >
        {() => (
          <div aria-busy={query.isPlaceholderData}>
            <ReadOut coins={plotted} hidden={(data?.length ?? 0) - plotted.length} />
            <ScatterPlot coins={plotted} vertical={vertical} period={period} plotRef={plot} />
          </div>
        )}
      </PanelState>
    </ChartFrame>
  )
}
