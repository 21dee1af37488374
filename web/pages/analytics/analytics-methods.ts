import type { CorrelationMatrix, VolatilityRanking } from '@contract/analytics.ts'
import { canAnnualize, minAnnualizedReturns, toMinReturns } from '@contract/returns.ts'
import type { Mode } from '@contract/units.ts'
import type { Method } from '@/components/charts/method'
import { formatDay } from '@/lib/format'

type Known = { as_of: string | null; period: number; counts: readonly number[]; mode: Mode | undefined }

/** How many daily returns the figures rest on: `30`, or `24 to 30`. */
export function toSpan(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (counts.length === 0) return '0'
  return least === most ? String(most) : `${least} to ${most}`
}

/** The figures of all charts rest on the same facts. */
const toFacts = ({ as_of, period, counts, mode }: Known): Method['facts'] => [
  { label: 'Period', text: `${period} closed UTC days` },
  { label: 'Observations', text: `${toSpan(counts)} daily returns a coin; ${toMinReturns(period)} are needed` },
  { label: 'As of', text: as_of === null ? 'not computed yet' : `the close of ${formatDay(as_of)}, UTC` },
  { label: 'Source', text: `daily closes of snapshots of ${mode === 'demo' ? 'the market simulator' : 'CoinGecko'}` },
]

export const fromRanking = (coins: VolatilityRanking, period: number, mode: Mode | undefined): Known => ({
  as_of: coins.find(({ as_of }) => as_of !== null)?.as_of ?? null,
  period,
  counts: coins.map(({ observations }) => observations),
  mode,
})

export const fromMatrix = (matrix: CorrelationMatrix | undefined, period: number, mode: Mode | undefined): Known => ({
  as_of: matrix?.as_of ?? null,
  period,
  counts: matrix?.observations.map((row, index) => row[index] ?? 0) ?? [],
  mode,
})

const method =
  (about: string, formula: Method['facts'][number]) =>
  (known: Known): Method => ({ about, facts: [formula, ...toFacts(known)] })

export const toCorrelationMethod = method(
  'How alike the daily returns of two coins are. Only days on which both have a return count, and a missing day gives none. Returns, not prices, are compared: two prices that rise alike by chance do not count.',
  { label: 'Formula', text: 'Pearson correlation of simple daily returns' },
)

/** What the volatility of a period is called. */
export const toVolatilityLabel = (period: number): string =>
  canAnnualize(period) ? 'Annualized volatility' : 'Daily volatility'

const toVolatilityFormula = (period: number): string =>
  canAnnualize(period) ? 'sample standard deviation of r × √365' : 'sample standard deviation of r'

const whyDaily = `Annualized figures need at least ${minAnnualizedReturns} daily returns, so this period has none.`

export const toScatterMethod = (known: Known): Method => ({
  about: `Risk is the spread of daily returns r. Return is that of the period, from its first close to its last. ${
    canAnnualize(known.period) ? 'Volatility and the Sharpe ratio are scaled to a year of 365 days.' : whyDaily
  }`,
  facts: [
    {
      label: 'Formula',
      text: `x: ${toVolatilityFormula(known.period)}; return: last close ÷ first close − 1${
        canAnnualize(known.period) ? '; Sharpe: (mean r × 365 − risk-free rate) ÷ annualized volatility' : ''
      }`,
    },
    ...toFacts(known),
  ],
})

export const toDrawdownMethod = method(
  'The largest fall of the daily close from a peak before it, within the period. Prices within a day are not looked at.',
  { label: 'Formula', text: 'largest 1 − close ÷ highest close before' },
)

export const toVolatilityMethod = (known: Known): Method => ({
  about: `How far simple daily returns r spread around their mean${
    canAnnualize(known.period) ? ', scaled to a year of 365 days' : ''
  }. It counts rises as it counts falls.${canAnnualize(known.period) ? '' : ` ${whyDaily}`}`,
  facts: [{ label: 'Formula', text: toVolatilityFormula(known.period) }, ...toFacts(known)],
})
