import { useState } from 'react'
import { formatFraction, formatRatio, unknown } from '@/lib/format'
import { plot, type RollingPoint, toBand, toPath, toRollingAxis, toValue } from './rolling-lines'
import type { Metric } from './window-state'

const formats: Record<Metric, (value: number) => string> = {
  volatility: (value) => formatFraction(value, 1),
  correlation: formatRatio,
  beta: formatRatio,
}

/** `12 Nov: 0.81 (95% 0.70 to 0.88), 30 daily returns`. */
function describe(point: RollingPoint, metric: Metric, window: number): string {
  const value = toValue(point, metric, window)
  const { correlation_low: low, correlation_high: high } = point
  const bounds =
    metric === 'correlation' && low !== null && high !== null
      ? ` (95% ${formatRatio(low)} to ${formatRatio(high)})`
      : ''
  return `${point.date}: ${value === null ? `${unknown} too few returns` : formats[metric](value)}${bounds}, ${point.observations} daily returns`
}

type RollingPlotProps = { points: readonly RollingPoint[]; metric: Metric; window: number; label: string }

/** A line over time with its read-out. The arrow keys, a pointer or a finger move it. */
export function RollingPlot({ points, metric, window, label }: RollingPlotProps) {
  const [chosen, setChosen] = useState<number | null>(null)
  const last = points.length - 1
  const at = chosen === null ? last : Math.min(chosen, last)
  const values = points.map((point) => toValue(point, metric, window))
  const axis = toRollingAxis(values, metric)
  const toTop = (value: number) => 100 * (1 - (value - axis.low) / (axis.high - axis.low))
  const point = points[at]
  const value = values[at] ?? null
  return (
    <div className="px-4 pt-2 pb-3" data-testid="rolling">
      <p className="num h-5 truncate text-[12px] leading-5 text-muted" data-testid="rolling-reading">
        {point !== undefined && describe(point, metric, window)}
      </p>
      <div className="relative mt-2 ml-12 h-72 border-b border-l border-line-strong">
        {axis.ticks.map((tick) => (
          <span
            key={tick}
            aria-hidden
            style={{ top: `${toTop(tick)}%` }}
            className="num absolute right-full w-11 -translate-y-1/2 pr-2 text-right text-[12px] text-faint"
          >
            {formats[metric](tick)}
          </span>
        ))}
        <svg
          aria-hidden
          viewBox={`0 0 ${plot.width} ${plot.height}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
        >
          {axis.ticks.map((tick) => (
            <line
              key={tick}
              x1={0}
              x2={plot.width}
              y1={(plot.height * toTop(tick)) / 100}
              y2={(plot.height * toTop(tick)) / 100}
              vectorEffect="non-scaling-stroke"
              className="stroke-line"
            />
          ))}
          {metric === 'correlation' && <path d={toBand(points, axis)} className="fill-accent opacity-15" />}
          <path
            d={toPath(values, axis)}
            fill="none"
            vectorEffect="non-scaling-stroke"
            className="stroke-accent stroke-[1.5]"
          />
        </svg>
        {chosen !== null && value !== null && (
          <span
            aria-hidden
            className="absolute size-2 -translate-1/2 rounded-full bg-accent"
            style={{ left: `${last < 1 ? 0 : (100 * at) / last}%`, top: `${toTop(value)}%` }}
          />
        )}
        <input
          type="range"
          min={0}
          max={Math.max(0, last)}
          value={Math.max(0, at)}
          aria-label={`${label}. Use the arrow keys to move`}
          aria-valuetext={point && describe(point, metric, window)}
          onChange={(event) => setChosen(Number(event.target.value))}
          onPointerMove={({ currentTarget, clientX }) => {
            const { left, width } = currentTarget.getBoundingClientRect()
            setChosen(Math.round(Math.min(1, Math.max(0, (clientX - left) / width)) * last))
          }}
          onPointerLeave={() => setChosen(null)}
          className="absolute inset-0 z-10 size-full cursor-crosshair appearance-none rounded-mark bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
        />
      </div>
      <p aria-hidden className="num mt-1 ml-12 flex justify-between text-[12px] text-faint">
        <span>{points[0]?.date}</span>
        <span>{points[last]?.date}</span>
      </p>
    </div>
  )
}
