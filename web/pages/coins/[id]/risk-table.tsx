import type { CoinAnalytics, RiskFigures } from '@contract/analytics.ts'
import { analyticsPeriods } from '@contract/lists.ts'
import { explainNoFigures, minAnnualizedReturns, minGrowthDays, minReturns, minReturnsPct } from '@contract/returns.ts'
import type { Mode } from '@contract/units.ts'
import { type Method, MethodPopover } from '@/components/charts/method'
import { cn } from '@/components/ui/cn'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { Value } from '@/components/ui/value'
import { formatDay, formatFraction, formatRatio, formatSignedFraction, unknown } from '@/lib/format'

type Row = {
  label: string
  title: string
  text: (figures: RiskFigures) => string
  note?: (figures: RiskFigures) => string
  /** Why the value is missing although the period has enough returns; null: not defined. */
  why?: (figures: RiskFigures) => string | null
}

const toAnnualizedReason = ({ annualized_reason }: RiskFigures): string | null => annualized_reason
const toCagrReason = ({ cagr_reason }: RiskFigures): string | null => cagr_reason

const dated = (date: string | null): string => (date === null ? '' : formatDay(date))

const rows: readonly Row[] = [
  {
    label: 'Return',
    title: 'Price return, first to last close of the period.',
    text: ({ period_return }) => formatSignedFraction(period_return, 1),
  },
  {
    label: 'CAGR',
    title: `Compound annual growth rate. Needs a period of at least ${minGrowthDays} days.`,
    text: ({ cagr }) => formatSignedFraction(cagr, 1),
    why: toCagrReason,
  },
  {
    label: 'Daily volatility',
    title: 'Standard deviation of daily returns.',
    text: ({ volatility }) => formatFraction(volatility, 1),
  },
  {
    label: 'Annualized volatility',
    title: `Daily volatility × √365. Needs at least ${minAnnualizedReturns} daily returns.`,
    text: ({ volatility_annualized }) => formatFraction(volatility_annualized, 1),
    why: toAnnualizedReason,
  },
  {
    label: 'Max drawdown',
    title: 'Largest decline of the daily close from an earlier peak.',
    text: ({ max_drawdown }) => formatSignedFraction(max_drawdown === null ? null : -max_drawdown, 1),
  },
  {
    label: 'Value at risk (95%)',
    title: 'Daily loss reached or exceeded on 5% of days.',
    text: ({ value_at_risk_95: loss }) => formatSignedFraction(loss === null ? null : -loss, 1),
  },
  {
    label: 'Best day',
    title: 'Highest daily return.',
    text: ({ best_day_return }) => formatSignedFraction(best_day_return, 1),
    note: ({ best_day_date }) => dated(best_day_date),
  },
  {
    label: 'Worst day',
    title: 'Lowest daily return.',
    text: ({ worst_day_return }) => formatSignedFraction(worst_day_return, 1),
    note: ({ worst_day_date }) => dated(worst_day_date),
  },
  {
    label: 'Sharpe ratio',
    title: 'Annualized return above the risk-free rate, per unit of volatility.',
    text: ({ sharpe_ratio }) => formatRatio(sharpe_ratio),
    why: toAnnualizedReason,
  },
  {
    label: 'Sortino ratio',
    title: 'Sharpe ratio with downside deviation instead of volatility.',
    text: ({ sortino_ratio }) => formatRatio(sortino_ratio),
    why: toAnnualizedReason,
  },
  {
    label: 'Calmar ratio',
    title: 'CAGR ÷ max drawdown.',
    text: ({ calmar_ratio }) => formatRatio(calmar_ratio),
    why: toCagrReason,
  },
  {
    label: 'Beta to Bitcoin',
    title: 'Sensitivity of daily returns to those of Bitcoin.',
    text: ({ beta_btc }) => formatRatio(beta_btc),
  },
  {
    label: 'Correlation with Bitcoin',
    title: 'Correlation of daily returns with those of Bitcoin.',
    text: ({ correlation_btc }) => formatRatio(correlation_btc),
  },
]

const toMethod = ({ as_of }: CoinAnalytics, mode: Mode | undefined): Method => ({
  about: `Based on simple daily returns between closes of adjacent UTC days. Metrics need returns on ${minReturnsPct}% of the days, and at least ${minReturns}.`,
  facts: [
    {
      label: 'Annualized',
      text: `Needs ${minAnnualizedReturns} daily returns. CAGR and Calmar need ${minGrowthDays} days.`,
    },
    { label: 'Volatility', text: 'Sample standard deviation, annualized × √365' },
    { label: 'Sharpe', text: '(mean return × 365 − risk-free rate) ÷ annualized volatility' },
    { label: 'Drawdown', text: 'Largest 1 − close ÷ earlier peak' },
    { label: 'As of', text: as_of === null ? 'Not computed yet' : `Close of ${formatDay(as_of)}, UTC` },
    { label: 'Source', text: `Daily closes of ${mode === 'demo' ? 'market simulator' : 'CoinGecko'} snapshots` },
  ],
})

const figure =
  'h-8 px-[3px] text-right whitespace-nowrap last:pr-2 @min-[350px]:px-1 @min-[350px]:last:pr-3 @min-[440px]:px-1.5 @min-[440px]:last:pr-4'

const toWhy = (figures: RiskFigures | undefined, row: Row, period: number): string =>
  (figures && row.why?.(figures)) ?? explainNoFigures(figures?.observations ?? 0, period) ?? 'Not defined'

function Cell({ figures, row, period }: { figures: RiskFigures | undefined; row: Row; period: number }) {
  const text = figures === undefined ? unknown : row.text(figures)
  const title = text !== unknown ? figures && row.note?.(figures) : toWhy(figures, row, period)
  return (
    <td className={figure} title={title === '' ? undefined : title}>
      <Value text={text} />
    </td>
  )
}

const lineHead =
  'h-10 pr-1 pl-2 text-left text-[12px] leading-4 font-normal text-muted @min-[350px]:pl-3 @min-[440px]:h-8 @min-[440px]:pl-4'

/** Rows are metrics, columns are periods. */
export function RiskTable({ analytics, mode }: { analytics: CoinAnalytics; mode: Mode | undefined }) {
  const of = (period: number) => analytics.periods.find(({ period_days }) => period_days === period)
  return (
    <section className="panel @container" aria-labelledby="risk">
      <header className="flex h-11 items-center justify-between border-b border-line pr-2 pl-4">
        <h2 id="risk" className="text-[14px] font-semibold">
          Risk
        </h2>
        <MethodPopover title="Risk" method={toMethod(analytics, mode)} />
      </header>
      <ScrollRegion label="Risk by period" className="overflow-x-auto">
        <table className="num w-full border-collapse text-[12px]" data-testid="risk">
          <caption className="sr-only">Risk metrics of {analytics.name} by period</caption>
          <thead>
            <tr className="border-b border-line text-[12px] text-muted">
              <th scope="col" className={lineHead}>
                Period
              </th>
              {analyticsPeriods.map((period) => (
                <th key={period} scope="col" className={cn(figure, 'font-medium')}>
                  {period}d
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label} className="border-b border-line last:border-0 hover:bg-raised">
                <th scope="row" className={lineHead} title={row.title}>
                  {row.label}
                </th>
                {analyticsPeriods.map((period) => (
                  <Cell key={period} figures={of(period)} row={row} period={period} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  )
}
