import type { PortfolioPerformance } from '@contract/portfolio-performance.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type PointerEvent, useState } from 'react'
import { Change } from '@/components/ui/change'
import { Panel } from '@/components/ui/panel'
import { Segmented } from '@/components/ui/segmented'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatAmount, formatDay, formatFraction, formatRatio } from '@/lib/format'
import { fetchPerformance } from '@/lib/portfolios'
import { toChartPaths } from './chart-paths'
import { usePortfolioCurrency } from './portfolio-currency'
import { Amount } from './totals'

const periods = [
  { value: '30', label: '30d' },
  { value: '90', label: '90d' },
  { value: '365', label: '1y' },
  { value: 'all', label: 'All' },
] as const
type Period = (typeof periods)[number]['value']

/** Value, invested capital and the same money in bitcoin, with the returns of the period. */
export function ValueChart({ portfolioId }: { portfolioId: number }) {
  const [period, setPeriod] = useState<Period>('all')
  const { code } = usePortfolioCurrency()
  const { data, error, refetch } = useQuery({
    queryKey: ['portfolio', portfolioId, 'performance', period, code],
    queryFn: () => fetchPerformance(portfolioId, period === 'all' ? null : Number(period), code),
    placeholderData: keepPreviousData,
  })
  return (
    <Panel
      title="Performance"
      controls={<Segmented<Period> label="Period" value={period} options={periods} onChange={setPeriod} />}
    >
      {data === undefined && error === null && <Skeleton className="m-4 h-64" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <Returns found={data} />
          <Chart points={data.points} />
        </>
      )}
    </Panel>
  )
}

function Returns({ found }: { found: PortfolioPerformance }) {
  const toPct = (fraction: number | null) => (fraction === null ? null : fraction * 100)
  const facts = [
    ['P&L', <Amount key="pnl" usd={found.profit_usd} isGain />],
    ['Time-weighted return', <Change key="twr" pct={toPct(found.time_weighted_return)} />],
    ['Money-weighted, annual', <Change key="mwr" pct={toPct(found.money_weighted_return)} />],
    ['Max drawdown', formatFraction(found.max_drawdown)],
    ['Annualized volatility', formatFraction(found.volatility_annualized)],
    ['Sharpe ratio', formatRatio(found.sharpe_ratio)],
  ] as const
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-2 px-4 pt-3 sm:grid-cols-3">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt className="text-[12px] text-muted">{label}</dt>
          <dd className="num text-[14px] font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const lines = [
  { key: 'value_usd', label: 'Value', className: 'stroke-accent', swatch: 'bg-accent' },
  { key: 'invested_usd', label: 'Invested', className: 'stroke-muted [stroke-dasharray:4_3]', swatch: 'bg-muted' },
  { key: 'benchmark_usd', label: 'Same money in BTC', className: 'stroke-warn', swatch: 'bg-warn' },
] as const

function Chart({ points }: { points: PortfolioPerformance['points'] }) {
  const { code } = usePortfolioCurrency()
  const [at, setAt] = useState<number | null>(null)
  if (points.length < 2)
    return (
      <p className="p-4 text-[13px] text-muted">
        The chart begins with the first daily close after the first transaction.
      </p>
    )
  const { paths, low, high } = toChartPaths(
    points,
    lines.map(({ key }) => key),
  )
  const onMove = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    setAt(Math.min(points.length - 1, Math.max(0, Math.round(((event.clientX - left) / width) * (points.length - 1)))))
  }
  const shown = points[at ?? points.length - 1]
  return (
    <figure className="mt-auto px-4 pt-2 pb-3">
      <div className="relative">
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Value from ${formatAmount(points[0]?.value_usd ?? null, code)} to ${formatAmount(points.at(-1)?.value_usd ?? null, code)}`}
          className="h-56 w-full touch-pan-y"
          onPointerMove={onMove}
          onPointerLeave={() => setAt(null)}
        >
          {lines.map(({ key, className }, index) => (
            <path
              key={key}
              d={paths[index]}
              fill="none"
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
              className={className}
            />
          ))}
          {at !== null && (
            <line
              x1={(at / (points.length - 1)) * 100}
              x2={(at / (points.length - 1)) * 100}
              y1="0"
              y2="100"
              vectorEffect="non-scaling-stroke"
              className="stroke-line-strong"
            />
          )}
        </svg>
        <span className="num absolute top-0 right-0 text-[12px] text-faint">{formatAmount(high, code)}</span>
        <span className="num absolute right-0 bottom-0 text-[12px] text-faint">{formatAmount(low, code)}</span>
      </div>
      <figcaption className="flex flex-wrap gap-x-4 gap-y-1 pt-2 text-[12px] text-muted">
        <span className="num">{formatDay(Date.parse(shown?.timestamp ?? '') - 1)}</span>
        {lines.map(({ key, label, swatch }) => (
          <span key={key} className="num flex items-center gap-1.5">
            <span aria-hidden className={`h-0.5 w-3 ${swatch}`} />
            {label} {formatAmount(shown?.[key] ?? null, code)}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}
