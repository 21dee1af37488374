import { cn } from '@/components/ui/cn'
import type { Direction } from '@/lib/format'

type SparklineProps = {
  prices: readonly number[]
  label: string
  /** Direction of the figure beside it, for the color. */
  direction: Direction
  /** Values at the bottom and the top; default: the range of `prices`. */
  domain?: readonly [number, number]
  width?: number
  height?: number
  className?: string
}

const colors: Record<Direction, string> = {
  up: 'text-up',
  down: 'text-down',
  flat: 'text-muted',
  unknown: 'text-muted',
}

const pad = 2

function toPoints(
  prices: readonly number[],
  { width, height, domain }: { width: number; height: number; domain?: readonly [number, number] | undefined },
): string {
  const [low, high] = domain ?? [Math.min(...prices), Math.max(...prices)]
  const x = (index: number) => pad + (index / Math.max(1, prices.length - 1)) * (width - 2 * pad)
  const y = (price: number) => (high === low ? height / 2 : pad + ((high - price) / (high - low)) * (height - 2 * pad))
  return prices.map((price, index) => `${x(index).toFixed(1)},${y(price).toFixed(1)}`).join(' ')
}

/** A small line chart of prices, oldest first. */
export function Sparkline({ prices, label, direction, domain, width = 96, height = 28, className }: SparklineProps) {
  if (prices.length < 2) return null
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={cn('block', colors[direction], className)}
    >
      <polyline
        points={toPoints(prices, { width, height, domain })}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}
