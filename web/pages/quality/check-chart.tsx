import type { CheckHistory, CheckResult, CheckStatus } from '@contract/quality.ts'
import { hourMs, tickMs } from '@contract/time.ts'
import { formatMoment } from '@/lib/format'
import { formatObserved } from './quality-labels'

const height = 96
const pad = 6
const headroom = 1.15

const looks: Record<CheckStatus, { fill: string; radius: number }> = {
  passed: { fill: 'fill-muted', radius: 2 },
  no_data: { fill: 'fill-faint', radius: 2 },
  warning: { fill: 'fill-warn', radius: 3.5 },
  failed: { fill: 'fill-bad', radius: 4 },
  error: { fill: 'fill-bad', radius: 4 },
}

type CheckChartProps = { history: CheckHistory; hours: number; selected: CheckResult | undefined }

/** The observed values of a check over time, with its thresholds. */
export function CheckChart({ history: { method, results }, hours, selected }: CheckChartProps) {
  const points = results.flatMap((result) =>
    result.observed === null ? [] : [{ ...result, observed: result.observed }],
  )
  const last = points.at(-1)
  if (last === undefined) return null
  const limits = [method.warning_above, method.failed_above]
  const top = Math.max(1e-9, ...points.map(({ observed }) => observed), ...limits.map((limit) => limit ?? 0)) * headroom
  const end = Date.parse(last.executed_at)
  const start = Math.max(end - hours * hourMs, Date.parse(points[0]?.executed_at ?? last.executed_at) - tickMs)
  const x = (instant: string) => `${1 + (98 * (Date.parse(instant) - start)) / Math.max(1, end - start)}%`
  const y = (value: number) => height - pad - (Math.max(0, value) / top) * (height - 2 * pad)
  const label = `Observed values from ${formatMoment(start)} to ${formatMoment(end)}. Last: ${formatObserved(last.observed, method.unit)}`
  return (
    <figure>
      <svg role="img" aria-label={label} width="100%" height={height} className="block border-y border-line">
        {limits.map(
          (limit, index) =>
            limit !== null && (
              <line
                key={index === 0 ? 'warning' : 'failed'}
                x1="0%"
                x2="100%"
                y1={y(limit)}
                y2={y(limit)}
                strokeDasharray="4 3"
                className={index === 0 ? 'stroke-warn' : 'stroke-bad'}
              />
            ),
        )}
        {points.map(({ id, status, observed, executed_at }) => (
          <circle
            key={id}
            cx={x(executed_at)}
            cy={y(observed)}
            r={looks[status].radius}
            className={`${looks[status].fill} ${id === selected?.id ? 'stroke-text stroke-2' : ''}`}
          />
        ))}
      </svg>
      <figcaption className="num flex justify-between gap-3 pt-1 text-[12px] text-faint">
        <span>{formatMoment(start)}</span>
        <span className="text-center">Dashed: thresholds. Large mark: warning or failed.</span>
        <span>{formatMoment(end)}</span>
      </figcaption>
    </figure>
  )
}
