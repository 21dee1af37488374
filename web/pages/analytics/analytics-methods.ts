import type { CorrelationMatrix, VolatilityRanking } from '@contract/analytics.ts'
import { canAnnualize, minAnnualizedReturns, toMinReturns } from '@contract/returns.ts'
import type { Mode } from '@contract/units.ts'
import type { Method } from '@/components/charts/method'
import { formatDay } from '@/lib/format'

type Known = { as_of: string | null; period: number; counts: readonly number[]; mode: Mode | undefined }

/** The range of a list of counts: `30`, or `24 to 30`. */
export function toSpan(counts: readonly number[]): string {
  const [min, max] = [Math.min(...counts), Math.max(...counts)]
  if (counts.length === 0) return '0'
  return min === max ? String(max) : `${min} to ${max}`
}

const toFacts = ({ as_of, period, counts, mode }: Known): Method['facts'] => [
  { label: 'Period', text: `${period} closed UTC days` },
  { label: 'Observations', text: `${toSpan(counts)} daily returns per coin, at least ${toMinReturns(period)} needed` },
  { label: 'As of', text: as_of === null ? 'Not computed yet' : `Close of ${formatDay(as_of)}, UTC` },
  { label: 'Source', text: `Daily closes of ${mode === 'demo' ? 'market simulator' : 'CoinGecko'} snapshots` },
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
  'Correlation of the daily returns of two coins, over the days on which both have a return. Missing days are skipped.',
  { label: 'Formula', text: 'Pearson correlation of simple daily returns' },
)

export const toVolatilityLabel = (period: number): string =>
  canAnnualize(period) ? 'Annualized volatility' : 'Daily volatility'

const toVolatilityFormula = (period: number): string =>
  canAnnualize(period) ? 'Sample standard deviation of r × √365' : 'Sample standard deviation of r'

const dailyOnly = `Annualized figures need at least ${minAnnualizedReturns} daily returns.`

export const toScatterMethod = (known: Known): Method => ({
  about: `Risk is the volatility of simple daily returns r. Return is the price return from the first to the last close of the period. ${
    canAnnualize(known.period) ? 'Volatility and Sharpe ratio are annualized (365 days).' : dailyOnly
  }`,
  facts: [
    {
      label: 'Formula',
      text: `${toVolatilityLabel(known.period)}: ${toVolatilityFormula(known.period).toLowerCase()}. Return: last close ÷ first close − 1.${
        canAnnualize(known.period) ? ' Sharpe ratio: (mean r × 365 − risk-free rate) ÷ annualized volatility.' : ''
      }`,
    },
    ...toFacts(known),
  ],
})

export const toDrawdownMethod = method(
  'Largest decline of the daily close from an earlier peak within the period. Intraday prices are not used.',
  { label: 'Formula', text: 'Largest 1 − close ÷ earlier peak' },
)

export const toReturnMethod = method('Return of the price over the period, dividends and staking rewards excluded.', {
  label: 'Formula',
  text: 'Last close ÷ first close − 1',
})

export const toVolatilityMethod = (known: Known): Method => ({
  about: `Standard deviation of simple daily returns r. ${canAnnualize(known.period) ? 'Annualized (365 days).' : dailyOnly}`,
  facts: [{ label: 'Formula', text: toVolatilityFormula(known.period) }, ...toFacts(known)],
})
