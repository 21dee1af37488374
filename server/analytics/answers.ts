import { toMinReturns } from '../../contract/returns.ts'
import { Correlations, type Pairs } from './correlations.ts'
import type { Year } from './ratios.ts'
import { computeReturns } from './returns.ts'
import { computeRisk, type Risk } from './risk.ts'

/**
 * Input of an analytics worker. `closes`: daily closes of `closes.length / days` coins, coin by coin (NaN: no close).
 * `benchmark`: the index of bitcoin (-1: none). `correlated`: the indexes of the coins to correlate.
 */
export type Market = {
  closes: Float64Array<ArrayBuffer>
  days: number
  benchmark: number
  correlated: number[]
  year: Year
}

/** Asks for the risk or correlations of the coins in [from, to) over the last `period` days. */
export type Question = { kind: 'risk' | 'correlation'; period: number; from: number; to: number }
export type Answers = { risk: Risk[]; correlation: Pairs }

/** Answers questions about a market. Caches the standardized returns of one period. */
export function createAnswers({ closes, days, benchmark, correlated, year }: Market) {
  let correlations: { period: number; of: Correlations } | undefined

  /** The closes of the last `period` days of a coin. All NaN without a coin. */
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
