import type { Comparison } from '@contract/compare.ts'
import { useMemo, useRef } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { ChartTable } from '@/components/charts/chart-table'
import { cn } from '@/components/ui/cn'
import { Segmented } from '@/components/ui/segmented'
import { formatDay } from '@/lib/format'
import type { CompareCanvas } from './compare-canvas'
import { CompareChart } from './compare-chart'
import { type CompareScene, formatFigure, hasLog, toScene } from './compare-scene'
import { explainEnds, figureNames, joinNames, sentences, toChartMethod } from './compare-texts'
import { type Figure, figureOptions, type Scale, scaleOptions } from './compare-url-state'

/** Of the legend in one line, and the plot. */
const chartHeight = 'h-[356px] sm:h-[396px]'

type Point = { date: string; at: number }

function toTable({ dates }: Comparison, scene: Omit<CompareScene, 'colors'>, caption: string): ChartTable<Point> {
  const { figure, currency, lines } = scene
  const unit = { indexed: 'base_100', price: currency, drawdown: 'drawdown', volatility: 'volatility' }[figure]
  return {
    caption,
    columns: [
      { label: 'Day (UTC)', field: 'date', value: ({ date }) => date, text: ({ date }) => formatDay(date) },
      ...lines.map(({ id, name, values }) => ({
        label: name,
        field: `${id}_${unit}`,
        value: ({ at }: Point) => values[at] ?? null,
        text: ({ at }: Point) => formatFigure(values[at] ?? null, figure, currency),
        numeric: true,
      })),
    ],
    items: dates.map((date, at) => ({ date, at })).toReversed(),
    toKey: ({ date }) => date,
  }
}

type ComparePanelProps = {
  comparison: Comparison
  figure: Figure
  scale: Scale
  onChange: (change: { figure?: Figure; scale?: Scale }) => void
}

/** The chart of the compared coins. */
export function ComparePanel({ comparison, figure, scale, onChange }: ComparePanelProps) {
  const canvas = useRef<CompareCanvas | null>(null)
  const scene = useMemo(() => toScene(comparison, { figure, scale }), [comparison, figure, scale])
  const { coins, range, step_days: step } = comparison
  const caption = `${joinNames(coins.map(({ name }) => name))}: ${figureNames[figure].toLowerCase()}`
  const notes = [
    'Only days on which every coin has a close',
    ...explainEnds(comparison),
    ...(step > 1 ? [`Every ${step} days are a point of the chart. Figures use all days`] : []),
  ]
  return (
    <ChartFrame
      title={figureNames[figure]}
      sentence={sentences[figure]}
      method={toChartMethod(comparison)}
      toTable={() => toTable(comparison, scene, caption)}
      fileName={`compare-${scene.lines.map(({ id }) => id).join('-')}-${range}-${figure}`.slice(0, 120)}
      toCanvas={() => canvas.current?.screenshot() ?? null}
      tableClassName={chartHeight}
      controls={
        <>
          <Segmented
            label="Figure"
            value={figure}
            options={figureOptions}
            onChange={(next) => onChange({ figure: next })}
          />
          {hasLog(figure) && (
            <Segmented
              label="Axis"
              value={scale}
              options={scaleOptions}
              onChange={(next) => onChange({ scale: next })}
            />
          )}
        </>
      }
      legend={<p className="num">{notes.join('. ')}.</p>}
    >
      {scene.times.length === 0 ? (
        <p className={cn('flex items-center justify-center text-[13px] text-faint', chartHeight)}>Loading chart</p>
      ) : (
        <CompareChart label={caption} scene={scene} canvas={canvas} />
      )}
    </ChartFrame>
  )
}
