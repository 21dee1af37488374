import type { CorrelationMatrix } from '@contract/analytics.ts'
import type { Mode } from '@contract/units.ts'
import type { UseQueryResult } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import { elementToCanvas } from '@/components/charts/element-canvas'
import { ScaleLegend } from '@/components/charts/tier-legend'
import { correlationTiers } from '@/components/charts/tiers'
import { Segmented } from '@/components/ui/segmented'
import { fromMatrix, toCorrelationMethod } from './analytics-methods'
import { isComputed } from './analytics-queries'
import { toPairTable } from './analytics-tables'
import { sizeOptions } from './analytics-url-state'
import { describePair, findExtremes, getPair, type Pair, type Place } from './coin-pairs'
import { HeatmapGrid } from './heatmap-grid'
import { notComputedYet, PanelState } from './panel-state'

function toEmpty(matrix: CorrelationMatrix | undefined) {
  if (matrix === undefined) return undefined
  if (!isComputed(matrix)) return notComputedYet
  if (matrix.ids.length >= 2) return null
  return {
    title: 'Fewer than two coins',
    text: 'A correlation needs two coins. Track more coins or include stablecoins.',
  }
}

/** The pair under the cursor; by default the most and least correlated pairs. */
function ReadOut({ matrix, cursor }: { matrix: CorrelationMatrix; cursor: Place | null }) {
  const extremes = findExtremes(matrix)
  const toText = (pair: Pair) => describePair(matrix, pair).replace(/ over \d+ daily returns$/, '')
  const text =
    cursor !== null
      ? describePair(matrix, getPair(matrix, cursor.row, cursor.column))
      : extremes === null
        ? 'No pair with enough daily returns'
        : `Most correlated: ${toText(extremes.most)}. Least correlated: ${toText(extremes.least)}`
  return (
    <p className="num flex min-h-10 items-center px-4 text-[12px] leading-4" data-testid="heatmap-read-out">
      <span aria-hidden={cursor !== null} className="min-w-0">
        {text}
      </span>
    </p>
  )
}

type HeatmapProps = {
  query: UseQueryResult<CorrelationMatrix>
  coins: (typeof sizeOptions)[number]['value']
  onCoins: (coins: (typeof sizeOptions)[number]['value']) => void
  period: number
  mode: Mode | undefined
  className?: string
}

export function Heatmap({ query, coins, onCoins, period, mode, className }: HeatmapProps) {
  const { data: matrix, error, refetch } = query
  const [cursor, setCursor] = useState<Place | null>(null)
  const table = useRef<HTMLDivElement>(null)
  const known = cursor !== null && matrix !== undefined && cursor.row < matrix.ids.length ? cursor : null
  return (
    <ChartFrame
      title="Correlation"
      sentence="Correlation of daily returns between the largest coins."
      method={toCorrelationMethod(fromMatrix(matrix, period, mode))}
      toTable={() => toPairTable(matrix)}
      fileName={`correlation-${period}d-${coins}-coins`}
      toCanvas={() => elementToCanvas(table.current)}
      tableClassName="h-[538px]"
      {...(className === undefined ? {} : { className })}
      controls={<Segmented label="Number of coins" value={coins} options={sizeOptions} onChange={onCoins} />}
      legend={<ScaleLegend label="Correlation" tiers={correlationTiers} />}
    >
      <PanelState error={error} onRetry={() => void refetch()} empty={toEmpty(matrix)} className="h-[538px]">
        {() =>
          matrix !== undefined && (
            <div aria-busy={query.isPlaceholderData}>
              <ReadOut matrix={matrix} cursor={known} />
              <HeatmapGrid matrix={matrix} cursor={known} onCursor={setCursor} tableRef={table} />
            </div>
          )
        }
      </PanelState>
    </ChartFrame>
  )
}
