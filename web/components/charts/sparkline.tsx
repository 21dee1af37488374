import { cn } from '@/components/ui/cn'

type SparklineProps = { prices: readonly number[]; label: string; width?: number; height?: number; className?: string }

const pad = 2

/** Points of a line that uses the whole height between its lowest and highest price. */
function toPoints(prices: readonly number[], width: number, height: number): string {
  const [low, high] = [Math.min(...prices), Math.max(...prices)]
  const x = (index: number) => pad + (index / Math.max(1, prices.length - 1)) * (width - 2 * pad)
  const y = (price: number) => (high === low ? height / 2 : pad + ((high - price) / (high - low)) * (height - 2 * pad))
  return prices.map((price, index) => `${x(index).toFixed(1)},${y(price).toFixed(1)}`).join(' ')
}

/** A small line of prices, oldest first; coloured by where it ends. `label` says what it shows. */
export function Sparkline({ prices, label, width = 96, height = 28, className }: SparklineProps) {
  const [first, last] = [prices[0], prices.at(-1)]
  if (first === undefined || last === undefined || prices.length < 2) return null
  const color = last > first ? 'text-up' : last < first ? 'text-down' : 'text-muted'
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={cn('block', color, className)}
    >
      <polyline
        points={toPoints(prices, width, height)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}
