import { minAnnualizedReturns, minGrowthDays } from '@contract/returns.ts'
import { Panel } from '@/components/ui/panel'
import { ReferenceTable } from '@/components/ui/reference-table'

const formulas: readonly [string, string][] = [
  ['Daily return', 'r = close ÷ close of the day before − 1; a missing day gives none'],
  ['Return', 'last close of the period ÷ first close − 1'],
  ['CAGR', `(last close ÷ first close)^(365 ÷ days between them) − 1; periods of at least ${minGrowthDays} days`],
  ['Volatility', 's = sample standard deviation of r (n − 1), daily'],
  ['Annualized volatility', `s × √365; at least ${minAnnualizedReturns} returns`],
  ['Max drawdown', 'largest 1 − close ÷ highest close before it'],
  [
    'Sharpe ratio',
    `(mean r × 365 − risk-free rate) ÷ (s × √365); at least ${minAnnualizedReturns} returns, none when s < 1e-9`,
  ],
  ['Sortino ratio', 'as Sharpe, over √(mean of min(r − daily risk-free rate, 0)² × 365)'],
  ['Calmar ratio', 'CAGR ÷ max drawdown'],
  ['Correlation', 'Pearson of r over the days on which both coins have one'],
  ['Minimum', 'at least 80% of the period and 5 returns; with fewer a figure is empty and says why'],
]

/** The formulas of the analytics. */
export function Formulas() {
  return (
    <Panel title="Analytics" note="Over 7, 30, 90, 180 and 365 closed UTC days">
      <ReferenceTable
        caption="Formulas of the analytics"
        head={['Figure', 'Formula']}
        rows={formulas.map(([name, formula]) => ({ key: name, cells: [name, formula] }))}
      />
    </Panel>
  )
}
