import { toMinReturns } from '../../contract/returns.ts'
import { Correlations, type Pairs } from './correlations.ts'
import type { Year } from './ratios.ts'
import { computeReturns } from './returns.ts'
import { computeRisk, type Risk } from './risk.ts'

/**
 * What a thread of analytics works on: the closes of `closes.length / days` coins, coin by coin, one per day, NaN for a
 * day without; which of the coins is bitcoin, -1 for none; and which are correlated with each other.
 */
export type Market = {
  closes: Float64Array<ArrayBuffer>
  days: number
  benchmark: number
  correlated: number[]
  year: Year
}

/** Risk of coins, or pairs of the correlated ones, over the last `period` days: those from `from` up to before `to`. */
export type Question = { kind: 'risk' | 'correlation'; period: number; from: number; to: number }
export type Answers = { risk: Risk[]; correlation: Pairs }

/** Answers questions about a market. What correlations of one period share is kept until another period is asked for. */
export function createAnswers({ closes, days, benchmark, correlated, year }: Market) {
  let correlations: { period: number; of: Correlations } | undefined

  /** The closes of the last `period` days of a coin; all NaN for no coin. */
  const toCloses = (coin: number, period: number): Float64Array =>
    coin === -1
      ? new Float64Array(period).fill(Number.NaN)
      : closes.subarray((coin + 1) * days - period, (coin + 1) * days)

  return {
    risk({ period, from, to }: Omit<Question, 'kind'>): Risk[] {
      const reference = computeReturns(toCloses(benchmark, period))
      const risks: Risk[] = []
      for (let coin = from; coin < to; coin += 1) risks.push(computeRisk(toCloses(coin, period), reference, year))
      return risks
    },
    correlation({ period, from, to }: Omit<Question, 'kind'>): Pairs {
      if (correlations?.period !== period) {
        const returns = correlated.map((coin) => computeReturns(toCloses(coin, period)))
        correlations = { period, of: new Correlations(returns, toMinReturns(period)) }
      }
      return correlations.of.compute(from, to)
    },
  }
}
