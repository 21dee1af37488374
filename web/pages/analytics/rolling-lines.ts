import type { Rolling } from '../../../contract/analytics.ts'
import { minAnnualizedReturns } from '../../../contract/returns.ts'
import { type Axis, toAxis } from './scatter-layout.ts'
import type { Metric } from './window-state.ts'

export type RollingPoint = Rolling['points'][number]

/** The size of the drawing, which the plot stretches. */
export const plot = { width: 1000, height: 300 }

/** The value of a metric at a point. A window under 30 returns has daily volatility only. */
export const toValue = (point: RollingPoint, metric: Metric, window: number): number | null =>
  metric !== 'volatility'
    ? point[metric]
    : window < minAnnualizedReturns
      ? point.volatility
      : point.volatility_annualized

const toX = (index: number, count: number): number => (count < 2 ? 0 : (plot.width * index) / (count - 1))

/** A correlation has the axis -1 to 1, other metrics one that includes 0. */
export const toRollingAxis = (values: readonly (number | null)[], metric: Metric): Axis =>
  metric === 'correlation'
    ? { low: -1, high: 1, ticks: [-1, -0.5, 0, 0.5, 1] }
    : toAxis(
        values.map((value) => value ?? 0),
        4,
      )

/** The path of a line, broken where values are missing. */
export function toPath(values: readonly (number | null)[], { low, high }: Axis): string {
  let isDown = false
  return values
    .flatMap((value, index) => {
      const command = isDown ? 'L' : 'M'
      isDown = value !== null
      if (value === null) return []
      const y = plot.height * (1 - (value - low) / (high - low))
      return [`${command}${toX(index, values.length).toFixed(1)} ${y.toFixed(1)}`]
    })
    .join('')
}

/** The area between two lines, one part per run of known values. */
export function toBand(points: readonly RollingPoint[], { low, high }: Axis): string {
  const toY = (value: number) => (plot.height * (1 - (value - low) / (high - low))).toFixed(1)
  const parts: string[] = []
  let run: number[] = []
  const close = () => {
    if (run.length > 1) {
      const line = (of: (point: RollingPoint) => number | null, indexes: number[]) =>
        indexes.map((index) => {
          const point = points[index]
          return `${toX(index, points.length).toFixed(1)} ${toY((point && of(point)) ?? 0)}`
        })
      const edge = [
        ...line(({ correlation_low }) => correlation_low, run),
        ...line(({ correlation_high }) => correlation_high, run.toReversed()),
      ]
      parts.push(`M${edge.join('L')}Z`)
    }
    run = []
  }
  for (const [index, { correlation_low }] of points.entries())
    if (correlation_low === null) close()
    else run.push(index)
  close()
  return parts.join('')
}
