import type { CoinAnalytics, RiskFigures } from '@contract/analytics.ts'
import { analyticsPeriods } from '@contract/lists.ts'
import { explainNoFigures, minAnnualizedReturns, minGrowthDays } from '@contract/returns.ts'
import type { Mode } from '@contract/units.ts'
import { type Method, MethodPopover } from '@/components/charts/method'
import { cn } from '@/components/ui/cn'
import { Value } from '@/components/ui/value'
import { formatDay, formatFraction, formatRatio, formatSignedFraction, unknown } from '@/lib/format'

type Row = {
  label: string
  title: string
  text: (figures: RiskFigures) => string
  note?: (figures: RiskFigures) => string
  /** Why there is no figure although the period has enough returns; null: it is not defined. */
  why?: (figures: RiskFigures) => string | null
}

const toAnnualizedReason = ({ annualized_reason }: RiskFigures): string | null => annualized_reason
const toCagrReason = ({ cagr_reason }: RiskFigures): string | null => cagr_reason

const dated = (date: string | null): string => (date === null ? '' : formatDay(date))

const rows: readonly Row[] = [
  {
    label: 'Return',
    title: 'From the first close of the period to the last.',
    text: ({ period_return }) => formatSignedFraction(period_return, 1),
  },
  {
    label: 'CAGR',
    title: `Compound annual growth rate. Periods of at least ${minGrowthDays} days have one.`,
    text: ({ cagr }) => formatSignedFraction(cagr, 1),
    why: toCagrReason,
  },
  {
    label: 'Daily volatility',
    title: 'Standard deviation of the daily returns. Higher is riskier.',
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
    title: 'The largest fall of the daily close from a peak before it.',
    text: ({ max_drawdown }) => formatSignedFraction(max_drawdown === null ? null : -max_drawdown, 1),
  },
  {
    label: 'Value at risk, 95%',
    title: 'The loss that one day in 20 reaches or passes.',
    text: ({ value_at_risk_95: loss }) => formatSignedFraction(loss === null ? null : -loss, 1),
  },
  {
    label: 'Best day',
    title: 'The highest daily return.',
    text: ({ best_day_return }) => formatSignedFraction(best_day_return, 1),
    note: ({ best_day_date }) => dated(best_day_date),
  },
  {
    label: 'Worst day',
    title: 'The lowest daily return.',
    text: ({ worst_day_return }) => formatSignedFraction(worst_day_return, 1),
    note: ({ worst_day_date }) => dated(worst_day_date),
  },
  {
    label: 'Sharpe ratio',
    title: 'Annualized return per unit of risk. Above 1 is good, below 0 the price fell.',
    text: ({ sharpe_ratio }) => formatRatio(sharpe_ratio),
    why: toAnnualizedReason,
  },
  {
    label: 'Sortino ratio',
    title: 'As the Sharpe ratio, but only falls count as risk.',
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
    title: 'How much it moves when Bitcoin moves by 1%.',
    text: ({ beta_btc }) => formatRatio(beta_btc),
  },
  {
    label: 'Correlation to Bitcoin',
    title: '+1: moves as Bitcoin does; 0: independent; −1: the other way.',
    text: ({ correlation_btc }) => formatRatio(correlation_btc),
  },
]

const toMethod = ({ as_of }: CoinAnalytics, mode: Mode | undefined): Method => ({
  about:
    'All figures are of simple returns between the closes of adjacent closed UTC days; a missing day gives no return. A figure needs returns on 80% of the days of the period, and at least 5.',
  facts: [
    {
      label: 'Annualized',
      text: `from ${minAnnualizedReturns} daily returns; CAGR and Calmar from ${minGrowthDays} days`,
    },
    { label: 'Volatility', text: 'sample standard deviation; annualized × √365' },
    { label: 'Sharpe', text: '(mean return × 365 − risk-free rate) ÷ annualized volatility' },
    { label: 'Drawdown', text: 'largest 1 − close / highest close before' },
    { label: 'As of', text: as_of === null ? 'not computed yet' : `the close of ${formatDay(as_of)}, UTC` },
    { label: 'Source', text: `daily closes of snapshots of ${mode === 'demo' ? 'the market simulator' : 'CoinGecko'}` },
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

/** The risk of a coin: metrics down, periods across. */
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
      <div className="overflow-x-auto">
        <table className="num w-full border-collapse text-[12px]" data-testid="risk">
          <caption className="sr-only">Risk of {analytics.name} over five periods</caption>
          <thead>
            <tr className="border-b border-line text-[12px] text-muted">
              <th scope="col" className={lineHead}>
                Closed days
              </th>
              {analyticsPeriods.map((period) => (
                <th key={period} scope="col" className={cn(figure, 'font-medium')}>
                  {period} d
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
      </div>
    </section>
  )
}
