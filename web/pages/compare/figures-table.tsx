import type { Comparison } from '@contract/compare.ts'
import { Download } from 'lucide-react'
import { type ChartTable, toCsv } from '@/components/charts/chart-table'
import { download } from '@/components/charts/download'
import { MethodPopover } from '@/components/charts/method'
import { Button } from '@/components/ui/button'
import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { Value } from '@/components/ui/value'
import { formatFraction, formatRatio, formatSignedFraction, unknown } from '@/lib/format'
import { type ComparedCoin, toLineStyle } from './compare-scene'
import { toFiguresMethod } from './compare-texts'
import { LineSwatch } from './line-swatch'

type Figure = {
  label: string
  title?: string
  field: string
  value: (coin: ComparedCoin) => number | null
  text: (value: number | null) => string
  /** Why there is no value. */
  why?: (coin: ComparedCoin) => string | null
}

const annualized = ({ annualized_reason }: ComparedCoin) => annualized_reason

const figures: readonly Figure[] = [
  {
    label: 'CAGR',
    title: 'Compound annual growth rate',
    field: 'cagr',
    value: ({ cagr }) => cagr,
    text: (value) => formatSignedFraction(value, 1),
    why: ({ cagr_reason }) => cagr_reason,
  },
  {
    label: 'Volatility',
    title: 'Annualized volatility',
    field: 'volatility_annualized',
    value: ({ volatility_annualized }) => volatility_annualized,
    text: (value) => formatFraction(value, 1),
    why: annualized,
  },
  {
    label: 'Sharpe',
    title: 'Sharpe ratio',
    field: 'sharpe_ratio',
    value: ({ sharpe_ratio }) => sharpe_ratio,
    text: formatRatio,
    why: annualized,
  },
  {
    label: 'Sortino',
    title: 'Sortino ratio',
    field: 'sortino_ratio',
    value: ({ sortino_ratio }) => sortino_ratio,
    text: formatRatio,
    why: annualized,
  },
  {
    label: 'Max drawdown',
    field: 'max_drawdown',
    value: ({ max_drawdown }) => max_drawdown,
    text: (value) => formatSignedFraction(value === null ? null : -value, 1),
  },
]

const toTable = (comparison: Comparison): ChartTable<ComparedCoin> => ({
  caption: 'Return and risk',
  columns: [
    { label: 'Coin', field: 'coingecko_id', value: (coin) => coin.coingecko_id, text: (coin) => coin.name },
    { label: 'From', field: 'from', value: () => comparison.from, text: () => comparison.from ?? unknown },
    { label: 'To', field: 'to', value: () => comparison.to, text: () => comparison.to ?? unknown },
    {
      label: 'Return',
      field: 'period_return',
      value: (coin) => coin.period_return,
      text: (coin) => formatSignedFraction(coin.period_return, 1),
    },
    ...figures.map(({ label, field, value, text }) => ({
      label,
      field,
      value,
      text: (coin: ComparedCoin) => text(value(coin)),
    })),
  ],
  items: comparison.coins,
  toKey: ({ coingecko_id }) => coingecko_id,
})

const head = 'h-9 text-[12px] font-medium whitespace-nowrap text-muted'
const cell = 'h-(--row) whitespace-nowrap'
const figure = 'px-2 text-right last:pr-4'
const pinned = 'sticky left-0 z-[1] bg-surface pr-2 pl-4 text-left'

function FigureRow({ coin, index }: { coin: ComparedCoin; index: number }) {
  return (
    <tr className="border-b border-line last:border-0">
      <th scope="row" className={cn(cell, pinned, 'max-w-48 font-medium')}>
        <IntentLink
          href={`/coins/${encodeURIComponent(coin.coingecko_id)}`}
          className="flex min-w-0 items-center gap-2 hover:text-accent"
        >
          <LineSwatch {...toLineStyle(index)} />
          <CoinIcon coin={coin} size={16} />
          <span className="truncate max-sm:sr-only">{coin.name}</span>
          <span className="text-[12px] text-faint uppercase max-sm:text-text">{coin.symbol}</span>
        </IntentLink>
      </th>
      <td className={cn(cell, figure)}>
        <Change
          pct={coin.period_return === null ? null : Number((100 * coin.period_return).toFixed(1))}
          text={formatSignedFraction(coin.period_return, 1)}
        />
      </td>
      {figures.map(({ field, value, text, why }) => {
        const known = value(coin)
        return (
          <td key={field} className={cn(cell, figure)} title={known === null ? (why?.(coin) ?? undefined) : undefined}>
            <Value text={text(known)} />
          </td>
        )
      })}
    </tr>
  )
}

/** Return and risk of the compared coins. */
export function FiguresTable({ comparison }: { comparison: Comparison }) {
  const save = () =>
    download(new Blob([toCsv(toTable(comparison))], { type: 'text/csv' }), `compare-figures-${comparison.range}.csv`)
  return (
    <Panel
      title="Return and risk"
      note="Over the common days"
      controls={
        <div className="flex items-center">
          <Button
            variant="plain"
            size="icon"
            aria-label="Download figures as CSV"
            title="Download as CSV"
            onClick={save}
          >
            <Download size={16} strokeWidth={1.75} />
          </Button>
          <MethodPopover title="Return and risk" method={toFiguresMethod(comparison)} />
        </div>
      }
    >
      <ScrollRegion label="Table of return and risk" className="relative overflow-x-auto">
        <table className="num w-full text-[12px] md:text-[13px]" data-testid="figures">
          <thead>
            <tr className="border-b border-line">
              <th scope="col" className={cn(head, pinned)}>
                Coin
              </th>
              <th scope="col" className={cn(head, figure)}>
                Return
              </th>
              {figures.map(({ field, label, title }) => (
                <th key={field} scope="col" title={title} className={cn(head, figure)}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {comparison.coins.map((coin, index) => (
              <FigureRow key={coin.coin_id} coin={coin} index={index} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  )
}
