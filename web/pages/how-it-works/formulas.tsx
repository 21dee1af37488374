import { Panel } from '@/components/ui/panel'
import { ReferenceTable } from '@/components/ui/reference-table'

const formulas: readonly [string, string][] = [
  ['Return of a day', 'r = close ÷ close of the day before − 1; a day that is missing gives none'],
  ['Volatility', 's = sample standard deviation of r (n − 1); a year: s × √365'],
  ['Max drawdown', 'largest 1 − close ÷ highest close before it'],
  ['Sharpe ratio', '(mean r × 365 − riskless rate) ÷ (s × √365); none when s < 1e-9'],
  ['Correlation', 'Pearson of r over the days on which both coins have one'],
  ['Enough', 'at least 80% of the period and at least 5 returns; else the figure is empty, with the count'],
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
