import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import type { ChartTable } from '@/components/charts/chart-table'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatMoment, formatPoints, formatShare } from '@/lib/format'
import { useInView } from '@/lib/hooks'
import { dominanceDays, dominanceQuery } from './dashboard-queries'
import { parts, plot, type Shares, toAreas, toShares } from './dominance-shares'

const height = 'h-[248px]'

/** Opacity of the areas: large ones must not outshine the rest of the page. */
const fill = 0.55

const toTable = (shares: readonly Shares[]): ChartTable<Shares> => ({
  caption: `Dominance, ${dominanceDays} days`,
  columns: [
    {
      label: 'Time (UTC)',
      field: 'timestamp',
      value: ({ timestamp }) => timestamp,
      text: ({ timestamp }) => formatMoment(timestamp),
    },
    ...parts.map(({ key, label }) => ({
      label,
      field: `${key}_pct`,
      value: (point: Shares) => point[key],
      text: (point: Shares) => formatShare(point[key]),
      numeric: true,
    })),
  ],
  items: shares.toReversed(),
  toKey: ({ timestamp }) => timestamp,
})

/** The shares at a time, each with its change since the first. */
function Reading({ shares, at }: { shares: readonly Shares[]; at: number }) {
  const [first, point] = [shares[0], shares[at]]
  return (
    <div
      className="num flex min-h-11 flex-wrap content-center gap-x-4 px-4 text-[12px] leading-5"
      data-testid="dominance"
    >
      <span className="w-20 text-muted">{point !== undefined && formatMoment(point.timestamp)}</span>
      <ul className="contents">
        {parts.map(({ key, label, color }) => (
          <li key={key} className="flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className="mark size-2.5 rounded-mark" style={{ background: color, opacity: fill }} />
            <span className="text-muted">{label}</span>
            {formatShare(point?.[key] ?? null)}
            <span className="text-faint">{formatPoints((point?.[key] ?? 0) - (first?.[key] ?? 0))}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Plot({ shares }: { shares: readonly Shares[] }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const last = Math.max(0, shares.length - 1)
  const at = Math.min(chosen ?? last, last)
  const point = shares[at]
  const text = parts.map(({ key, label }) => `${label} ${formatShare(point?.[key] ?? null)}`).join(', ')
  return (
    <div className={height}>
      <Reading shares={shares} at={at} />
      <div className="relative mt-2 mr-4 ml-12 h-[164px]">
        {[0, 50, 100].map((tick) => (
          <span
            key={tick}
            aria-hidden
            style={{ bottom: `${tick}%` }}
            className="num absolute right-full translate-y-1/2 pr-2 text-[12px] text-faint"
          >
            {tick}%
          </span>
        ))}
        <svg
          aria-hidden
          viewBox={`0 0 ${plot.width} ${plot.height}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
        >
          {toAreas(shares).map((area, index) => (
            <path
              key={parts[index]?.key}
              d={area}
              fill={parts[index]?.color}
              fillOpacity={fill}
              stroke="var(--surface)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </svg>
        {chosen !== null && (
          <span
            aria-hidden
            className="absolute inset-y-0 w-px bg-text"
            style={{ left: `${last === 0 ? 0 : (100 * at) / last}%` }}
          />
        )}
        <input
          type="range"
          min={0}
          max={last}
          value={at}
          aria-label="Dominance over time. Use the arrow keys to move"
          aria-valuetext={point === undefined ? 'No data' : `${formatMoment(point.timestamp)}: ${text}`}
          onChange={(event) => setChosen(Number(event.target.value))}
          onPointerMove={({ currentTarget, clientX }) => {
            const { left, width } = currentTarget.getBoundingClientRect()
            setChosen(Math.round(Math.min(1, Math.max(0, (clientX - left) / width)) * last))
          }}
          onPointerLeave={() => setChosen(null)}
          className="absolute inset-0 z-10 size-full cursor-crosshair appearance-none bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0"
        />
      </div>
      <p aria-hidden className="num mt-1 mr-4 ml-12 flex justify-between text-[12px] text-faint">
        <span>{shares[0] !== undefined && formatMoment(shares[0].timestamp)}</span>
        <span>{shares[last] !== undefined && formatMoment(shares[last].timestamp)}</span>
      </p>
    </div>
  )
}

const toSentence = ([first]: readonly Shares[]): string =>
  first === undefined
    ? 'Shares of the market cap over time.'
    : `Shares of the market cap, with their change since ${formatMoment(first.timestamp)}.`

/** Shares of the market cap over time, requested when it comes near. */
export function DominancePanel() {
  const [ref, isNear] = useInView()
  const { data, error, refetch } = useQuery({ ...dominanceQuery, enabled: isNear })
  const shares = toShares(data ?? [])
  return (
    <div ref={ref} className="grid min-w-0">
      <ChartFrame
        title="Dominance"
        sentence={toSentence(shares)}
        method={{
          about: 'Market cap of a coin or a kind of coins ÷ market cap of all tracked coins, at each fourth hour.',
          facts: [
            {
              label: 'Coins',
              text: 'The same at all times: those with data throughout, at least 90% of the market cap',
            },
            { label: 'Others', text: 'All coins except Bitcoin, Ethereum and stablecoins' },
            { label: 'Source', text: 'Snapshots and history (fact_market_data)' },
          ],
        }}
        toTable={() => toTable(shares)}
        fileName={`dominance-${dominanceDays}d`}
        tableClassName={height}
        legend="From the bottom: Bitcoin, Ethereum, stablecoins, others. Together 100%."
      >
        {data === undefined && error === null && (
          <div className={height}>
            <div className="h-full p-4">
              <Skeleton className="h-full" />
            </div>
          </div>
        )}
        {data === undefined && error !== null && (
          <div className={height}>
            <ErrorState message={error.message} onRetry={() => void refetch()} />
          </div>
        )}
        {data !== undefined && shares.length < 2 && (
          <p className={`p-4 text-[13px] text-muted ${height}`}>
            Not enough history yet. The chart appears once two points are four hours apart.
          </p>
        )}
        {shares.length >= 2 && <Plot shares={shares} />}
      </ChartFrame>
    </div>
  )
}
