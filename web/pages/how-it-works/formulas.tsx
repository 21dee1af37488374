import { analyticsPeriods } from '@contract/lists.ts'
import { minAnnualizedReturns, minGrowthDays, minReturns, minReturnsPct } from '@contract/returns.ts'
import { Panel } from '@/components/ui/panel'
import { ReferenceTable } from '@/components/ui/reference-table'

const formulas: readonly [string, string][] = [
  ['Daily return', 'r = close ÷ previous close − 1. Missing days give no return.'],
  ['Return', 'Last close ÷ first close − 1'],
  ['CAGR', `(last close ÷ first close)^(365 ÷ days between them) − 1, from ${minGrowthDays} days`],
  ['Daily volatility', 's = sample standard deviation of r (n − 1)'],
  ['Annualized volatility', `s × √365, from ${minAnnualizedReturns} returns`],
  ['Max drawdown', 'Largest 1 − close ÷ earlier peak'],
  [
    'Sharpe ratio',
    `(mean r × 365 − risk-free rate) ÷ (s × √365), from ${minAnnualizedReturns} returns. Not defined for s < 1e-9.`,
  ],
  ['Sortino ratio', 'As Sharpe, with downside deviation √(mean of min(r − daily risk-free rate, 0)² × 365)'],
  ['Calmar ratio', 'CAGR ÷ max drawdown'],
  ['Correlation', 'Pearson correlation of r over the days on which both coins have a return'],
  ['Beta', 'Covariance of r and the returns of the benchmark ÷ variance of the latter'],
  ['Value at risk (VaR) 95%', 'Loss at the 5% quantile of r'],
  ['Expected shortfall (CVaR) 95%', 'Mean loss of the days at or beyond the VaR'],
  [
    'Interval of the Sharpe ratio, 95%',
    'S ± 1.96 × √((1 − γS + (κ − 1) ÷ 4 × S²) ÷ (n − 1)) of the daily ratio S, × √365, with skewness γ and kurtosis κ (Mertens 2002)',
  ],
  ['Interval of a correlation, 95%', 'tanh(atanh ρ ± 1.96 ÷ √(n − 3)) (Fisher)'],
  ['Log return', 'ln(close ÷ previous close), in the risk table on request'],
  ['Minimum data', `Returns on ${minReturnsPct}% of the days of the period, and at least ${minReturns}`],
]

export function Formulas() {
  return (
    <Panel title="Analytics" note={`Periods: ${analyticsPeriods.join(', ')} closed UTC days`}>
      <ReferenceTable
        caption="Analytics formulas"
        head={['Metric', 'Formula']}
        rows={formulas.map(([name, formula]) => ({ key: name, cells: [name, formula] }))}
      />
    </Panel>
  )
}
